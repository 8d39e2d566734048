-- How jobs end: the outbox, leases, and the ways on for a job that was in work. After waiting_prelude.lua, in all scripts
-- that need of it.

-- Whoever is to be told of a job's end: `to` is 'all' or, of one more request for the same job, 'callbacks'. What is
-- sent is the job as it is now. Without `to` nobody is. It is trimmed where it is read: webhook_fan_out.lua.
local function put_in_outbox(job, kind, to, callbacks)
  local outbox, seq = prefix .. 'outbox', text(job.seq)
  if to then
    call('XADD', outbox, '*', 'job', job.id, 'tenant', job.tenant, 'seq', seq, 'event', kind,
         'snapshot', cmsgpack.pack(snapshot(job.id, '')), 'to', to, 'callbacks', cmsgpack.pack(callbacks))
  else
    call('XADD', outbox, '*', 'job', job.id, 'tenant', job.tenant, 'seq', seq, 'event', kind)
  end
end

-- The last change of a job: `kind` is its last event and its state for good.
local function finish(job, kind, members, ...)
  change(job, kind, kind, members, 'ended_at', now_text, ...)
  leave_group(job)
  later('ZADD', 'ended', text(now + job.retention), job.id)
  if kind == 'failed' then
    later('ZADD', 'dead:' .. job.tenant, now_text, job.id)  -- its spec stays: it may be run again
    count('dead')
  elseif job.drops_spec then
    call('DEL', job.key .. ':spec')
  end
  local callbacks = job.key .. ':callbacks'
  if not IS_FIRST or call('EXISTS', prefix .. 'webhooks:' .. job.tenant, callbacks) > 0 then
    put_in_outbox(job, kind, 'all', call('HGETALL', callbacks))
  else
    put_in_outbox(job, kind)
  end
  count(kind)
end

-- A failed job that is so no longer.
local function end_dead(job)
  if call('ZREM', prefix .. 'dead:' .. job.tenant, job.id) == 1 then count('dead', '-1') end
end

local function is_held(job) return job.state == 'running' or job.state == 'canceling' end

local function is_waiting(job) return job.state == 'queued' or job.state == 'delayed' or job.state == 'retrying' end

-- Whether `token` and `nonce` are those of the job's present lease.
local function holds(job, token, nonce)
  return job ~= nil and is_held(job) and job.token == tonumber(token) and job.nonce == nonce
end

-- Ends the job's lease. Returns a field and its value, to be stored with the change that follows: what was answered
-- to whom is kept for the last few leases, so that a repeat is answered alike.
local function drop_lease(job, script, answer)
  later('ZREM', 'running', job.id)
  later('HDEL', 'leases', job.nonce)
  local oldest = job.token - 8
  if oldest > 0 then call('HDEL', job.key, 'closed:' .. oldest) end
  return 'closed:' .. job.token, job.nonce .. ' ' .. script .. ' ' .. answer
end

-- The first answer that `script` gave to this lease, or nil.
local function first_answer(id, script, token, nonce)
  local closed = call('HGET', prefix .. 'job:' .. id, 'closed:' .. token)
  if not closed then return nil end
  local who, which, answer = string.match(closed, '^(%S+) (%S+) (%S+)$')
  if who == nonce and which == script then return answer end
  return nil
end

local jitters = 0

local function has_attempts_left(job) return job.attempt < job.max_attempts end

-- The four ways on for a job that was in work; `...` are further fields to store, drop_lease's among them.
-- Again after a while, with full jitter:
local function retry(job, err, backoff_base, backoff_cap, ...)
  local bound = math.min(backoff_base * 2 ^ (job.attempt - 1), backoff_cap)
  math.randomseed(clock[2] * 1000 + job.token + jitters)  -- Redis gives each script the same numbers otherwise
  jitters = jitters + 1
  call('ZADD', prefix .. 'delayed', now + math.floor(math.random() * bound), job.id)
  change(job, 'retrying', 'retrying', ',"attempt":' .. job.attempt .. ',"error":' .. err, 'error', err, ...)
  count('retrying')
end

-- … back to the head of the queue, now:
local function requeue(job, members, ...)
  change(job, 'queued', 'queued', members, ...)
  make_ready(job, true)
end

-- … or not at all.
local function give_up(job, err, ...)
  finish(job, 'failed', ',"attempt":' .. job.attempt .. ',"error":' .. err, 'error', err, ...)
end

-- For a waiting job too.
local function finish_canceled(job, ...) finish(job, 'canceled', '', 'error', '', ...) end
