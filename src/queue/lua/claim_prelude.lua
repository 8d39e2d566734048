-- What claims a job: shared by claim.lua and complete.lua, and joined to them after prelude.lua.

-- High comes before normal, and normal before low; but of 16 claims with a choice one looks for low and four look for
-- normal first, so that nothing starves. Within a priority tenants take turns.
local TURNS = 16
local LOW_FIRST, NORMAL_FIRST = {'low', 'high', 'normal'}, {'normal', 'high', 'low'}
local function order_of_turn()
  local turn = call('HINCRBY', prefix .. 'stats', 'claims', '1') % TURNS
  if turn == 0 then return LOW_FIRST end
  return turn % 4 == 2 and NORMAL_FIRST or PRIORITIES
end

local function load_all(id) return load(id, 'created_at', 'details') end

-- What an earlier lease may have left, to be cleared: fields and values.
local function from_before(job)
  if job.token > 1 then return 'progress', '', 'error', '' end
end

local function grant(job, deadline)
  return {job.id, text(job.token), deadline, call('GET', job.key .. ':spec'), job.attempt, job.max_attempts,
          unpack(job.fields, FIRST_FIELD)}
end

-- The lease that holds under this nonce, once more, or nil.
local function grant_again(nonce)
  local id = call('HGET', prefix .. 'leases', nonce)
  return id and grant(load_all(id), call('ZSCORE', prefix .. 'running', id)) or nil
end

-- A lease on the next job for the worker's slot, as claim.lua tells it; false where no job waits.
local function grant_next(worker, nonce, lease)
  local waiting = call('EXISTS', turns_key('high'), turns_key('normal'), turns_key('low'))
  if waiting == 0 then return false end
  for _, priority in ipairs(waiting == 1 and PRIORITIES or order_of_turn()) do
    for _ = 1, BATCH do
      local id = take_ready(priority)
      if not id then break end
      local job = load_all(id)
      if job and job.state == 'queued' then
        if job.attempt == 0 then end_await(job) end
        job.token, job.attempt = job.token + 1, job.attempt + 1
        local deadline = text(now + lease)
        call('ZADD', prefix .. 'running', deadline, id)
        call('HSET', prefix .. 'leases', nonce, id)
        change(job, 'started', 'running', ',"attempt":' .. job.attempt,
               'token', text(job.token), 'nonce', nonce, 'attempt', text(job.attempt), 'worker', worker,
               'started_at', now_text, from_before(job))
        return grant(job, deadline)
      end
    end
  end
  return false
end
