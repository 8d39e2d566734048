-- What the scripts share. What each needs of it is joined to its front, after the first line (`#!lua …`), by blocks
-- with an empty line between.
--
-- KEYS[1] is the shard's prefix, `platen:{0}:` of the first, from which all keys are made; what belongs to no job (API
-- keys, webhooks) is on the first:
--   ready:<priority>   LIST    ids that wait, claimed from the left: of the tenant `default`; other tenants have a
--                              ready:<priority>:<tenant>
--   turns:<priority>   LIST    the tenants that have such a list, each once, in the order in which it is their turn
--   bell               LIST    wake-up tokens for idle workers, at most 64
--   job:<id>           HASH    the job, its `details` as queue/job_details.hpp says; :spec STRING, its request, to the
--                              job's end where `shown_spec` is set; :events STREAM, entry id `<seq>-0`
--   running            ZSET    id by the end of its lease          leases   HASH   nonce -> id of each of these
--   delayed            ZSET    id by the time at which it is due (states delayed and retrying)
--   expiry             ZSET    id by the time until which it must have been started, of all that never were
--   waiting            HASH    tenant -> how many of these it has
--   ended              ZSET    id by the end of its retention
--   dead:<tenant>      ZSET    failed ids by the time of failing
--   jobs:<tenant>      ZSET    id by birth
--   feed:<tenant>      STREAM  all its jobs' events but progress, `e` = `<kind> <data>`, by time; feed.lua reads it
--   feeds              SET     tenants that have one: feed_trim.lua goes through them
--   upload:<id>        HASH    jobs: how many refer to it; bytes; tenant: whose stored bytes it counts among
--   stored             HASH    tenant -> bytes of its jobs' uploads and results; '' -> all tenants'
--   drained            HASH    span of 10 s -> how many jobs had ended as it began; the last seven or so
--   groups:active      HASH    <tenant>:<group> -> its one member that is ready, in work or retrying
--   group:<tenant>:<group>  LIST   its members that wait for that one, in their order; queued, but in no ready list
--   dedupe:<tenant>:<key>   STRING PX, `<id> <hash of the request>`: the first job of an idempotency key
--   content:<tenant>:<hash>  STRING PX, the last job with this report and data that wanted to be the only one
--   workers            ZSET    worker by its last word    workers:reports  HASH   worker -> what it said (JSON)
--   keys               HASH    API key's id -> the key (JSON)    keys:ends   HASH   id -> when it ends
--   keys:version       STRING  another after each change of these
--   rate:<key id>      STRING PX, the time until which the key's submits are paid for (submit.lua)
--   outbox             STREAM  one entry for each job that ended   stats    HASH   how often what happened
--   job:<id>:callbacks HASH    id of a request -> {url, lane, secret} (cmsgpack): who is told of the job's end; '' once
--                              that is done. webhook_prelude.lua has the rest of it
-- and the channels events:<id> (`<seq> <kind> <data>`) and control (ids to stop). Counts of nothing are not kept. Times
-- are milliseconds.

local prefix = KEYS[1]
local call = redis.call

local IS_FIRST = prefix == 'platen:{0}:'  -- of the shards: the others do not know who has webhooks
local PRIORITIES = {'high', 'normal', 'low'}
local MOST_EVENTS = 200        -- kept of each job, about; more are trimmed from the old end
local MOST_FEED = '100000'     -- events of a tenant's feed, about; older ones go, before their time
local MOST_BELLS = 64
local MOST_CRASHES = 3         -- renderers that die under a job before it counts as poison
local MOST_POSITION = 999      -- up to which a place in the queue is exact
local MOST_TENANTS = 100       -- that wait in one priority, likewise
local BATCH = 100              -- ids that one sweep handles

local clock = call('TIME')
local now = clock[1] * 1000 + (clock[2] - clock[2] % 1000) / 1000

-- What `answer` gives for each call that several made in one (queue/call_batches.hpp): ARGV has, from `first` on, how
-- many words one has, and these. Where it fails an error stands in its place, and the others are as they would be.
local function answer_each(first, answer)
  local answers, at = {}, first
  while ARGV[at] do
    local last = at + ARGV[at]
    local worked, given = pcall(answer, unpack(ARGV, at + 1, last))
    answers[#answers + 1] = (worked or type(given) == 'table') and given or redis.error_reply(given)
    at = last + 1
  end
  return answers
end

-- A number as text. What is left to Redis's own conversion is printed as a floating-point number, which costs more.
local function text(number) return string.format('%d', number) end
local now_text = text(now)
local now_date  -- `now` by RFC 3339, once a change has asked for it

-- RFC 3339, UTC, milliseconds. The date by Howard Hinnant's civil_from_days, where (a - a % b) / b is a divided by b
-- without its rest: a call of math.floor costs more than all of the arithmetic.
local function rfc3339(ms)
  local left = ms % 86400000
  local day = (ms - left) / 86400000 + 719468
  local day_of_era = day % 146097
  local era = (day - day_of_era) / 146097
  local years = day_of_era - (day_of_era - day_of_era % 1460) / 1460 + (day_of_era - day_of_era % 36524) / 36524
                - (day_of_era - day_of_era % 146096) / 146096
  local year_of_era = (years - years % 365) / 365
  local day_of_year = day_of_era - 365 * year_of_era - (year_of_era - year_of_era % 4) / 4
                      + (year_of_era - year_of_era % 100) / 100
  local months = 5 * day_of_year + 2
  local month_from_march = (months - months % 153) / 153
  local days_before = 153 * month_from_march + 2
  local month = month_from_march < 10 and month_from_march + 3 or month_from_march - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  local minute_ms = left % 3600000
  local second_ms = left % 60000
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month,
                       day_of_year - (days_before - days_before % 5) / 5 + 1, (left - minute_ms) / 3600000,
                       (minute_ms - second_ms) / 60000, (second_ms - left % 1000) / 1000, left % 1000)
end

-- The part of a job that changes are decided by, or nil. The fields named in `...` stand in `fields`, from
-- FIRST_FIELD on.
local FIRST_FIELD = 12
local function load(id, ...)
  local key = prefix .. 'job:' .. id
  local field = call('HMGET', key, 'state', 'seq', 'attempt', 'max_attempts', 'crashes', 'token', 'nonce', 'priority',
                     'retention', 'tenant', 'group', ...)
  if not field[1] then return nil end
  return {id = id, key = key, state = field[1], seq = tonumber(field[2]), attempt = tonumber(field[3]),
          max_attempts = tonumber(field[4]), crashes = tonumber(field[5]), token = tonumber(field[6]), nonce = field[7],
          priority = field[8], retention = tonumber(field[9]), tenant = field[10], group = field[11],
          fields = field}
end

-- One change of a job: its new state and `fields` (pairs) are stored, the event is kept and published, and all but
-- progress stands in the tenant's feed. `members` is JSON that stands in the event after its status: a text of
-- `,"name":value`.
local function change(job, kind, state, members, ...)
  job.seq = job.seq + 1
  job.state = state
  local seq = text(job.seq)
  now_date = now_date or rfc3339(now)
  call('HSET', job.key, 'state', state, 'seq', seq, ...)
  local data = '{"job":"' .. job.id .. '","seq":' .. seq .. ',"status":"' .. state .. '"' .. members .. ',"at":"'
               .. now_date .. '"}'
  if job.seq <= MOST_EVENTS then
    call('XADD', job.key .. ':events', seq .. '-0', 'event', kind, 'data', data)
  else
    call('XADD', job.key .. ':events', 'MAXLEN', '~', MOST_EVENTS, seq .. '-0', 'event', kind, 'data', data)
  end
  local message = kind .. ' ' .. data
  call('PUBLISH', prefix .. 'events:' .. job.id, seq .. ' ' .. message)
  -- Not published: who reads it live blocks on it (queue/feed_tail.hpp), which costs nothing where nobody does.
  if kind == 'progress' then return end
  call('XADD', prefix .. 'feed:' .. job.tenant, 'MAXLEN', '~', MOST_FEED, '*', 'e', message)
end

-- Adds to a count in a hash; what comes to nothing is not kept. Returns what it comes to.
local function add_to(hash, field, amount)
  local sum = call('HINCRBY', prefix .. hash, field, amount)
  if sum == 0 then call('HDEL', prefix .. hash, field) end
  return sum
end

local function count(kind, by) call('HINCRBY', prefix .. 'stats', kind, by or '1') end

-- Uploads and results of a tenant's jobs: so many bytes more, or fewer.
local function add_stored(tenant, bytes)
  if bytes == 0 then return end
  local amount = text(bytes)
  add_to('stored', tenant, amount)
  add_to('stored', '', amount)
end

-- The size of a result that is given as JSON, 0 for none.
local function bytes_of(artifact) return tonumber(string.match(artifact or '', '"bytes":(%d+)') or 0) end

-- The rate at which jobs end is known for the last minute, by spans of 10 s: reap.lua notes how many had ended when
-- each began.
local SPAN = 10000
local SPANS = 6
local span = (now - now % SPAN) / SPAN

local function ended_in_all()
  local sum = 0
  for _, times in ipairs(call('HMGET', prefix .. 'stats', 'succeeded', 'failed', 'canceled', 'expired')) do
    sum = sum + (times or 0)
  end
  return sum
end

-- Tenants take turns, so that none waits for all that another has put there.
local function ready_key(priority, tenant)
  return prefix .. 'ready:' .. priority .. (tenant == 'default' and '' or ':' .. tenant)
end
local function turns_key(priority) return prefix .. 'turns:' .. priority end

-- Puts a job into its tenant's list, at the `head` or the tail, and wakes a worker. Returns how many the list holds.
local function make_ready(job, at_head)
  if call('LLEN', prefix .. 'bell') < MOST_BELLS then call('RPUSH', prefix .. 'bell', '1') end
  local ready = ready_key(job.priority, job.tenant)
  local length = at_head and call('LPUSH', ready, job.id) or call('RPUSH', ready, job.id)
  if length == 1 then call('RPUSH', turns_key(job.priority), job.tenant) end
  return length
end

-- Takes the first id of the tenant whose turn it is, or nil where none has any. Turns change only where there are two.
local function take_ready(priority)
  local turns = turns_key(priority)
  local tenants = call('LRANGE', turns, '0', '1')
  if not tenants[1] then return nil end
  local ready = ready_key(priority, tenants[1])
  local id = call('LPOP', ready)
  local is_empty = call('EXISTS', ready) == 0
  if is_empty or tenants[2] then call('LPOP', turns) end
  if not is_empty and tenants[2] then call('RPUSH', turns, tenants[1]) end
  return id
end

-- Takes a job out of its tenant's list.
local function unready(job)
  local ready = ready_key(job.priority, job.tenant)
  local removed = call('LREM', ready, 1, job.id)
  if removed == 1 and call('EXISTS', ready) == 0 then call('LREM', turns_key(job.priority), 1, job.tenant) end
end

-- Of a group at most one member is ready, in work or retrying; the others wait in the group's list.
local function group_name(job) return job.tenant .. ':' .. job.group end
local function waits_in_group(job)
  return job.group ~= '' and call('HGET', prefix .. 'groups:active', group_name(job)) ~= job.id
end

-- Lets a job into the queue that is not in it: to the end of its group, or of its list. Returns what make_ready does,
-- or nil for one that waits in its group.
local function enqueue(job)
  if job.group ~= '' and call('HSETNX', prefix .. 'groups:active', group_name(job), job.id) == 0 then
    call('RPUSH', prefix .. 'group:' .. group_name(job), job.id)
    return nil
  end
  return make_ready(job, false)
end

-- What has ended makes room for the next of its group.
local function leave_group(job)
  if job.group == '' or waits_in_group(job) then return end
  local following = call('LPOP', prefix .. 'group:' .. group_name(job))
  if following then
    call('HSET', prefix .. 'groups:active', group_name(job), following)
    local priority = call('HGET', prefix .. 'job:' .. following, 'priority')
    make_ready({id = following, tenant = job.tenant, priority = priority}, false)
  else
    call('HDEL', prefix .. 'groups:active', group_name(job))
  end
end

-- From `due` on a job that is new may wait for so long (ms) until it must have been started.
local function await_start(job, due, expiry)
  call('ZADD', prefix .. 'expiry', text(due + expiry), job.id)
  if add_to('waiting', job.tenant, '1') == 1 then call('SADD', prefix .. 'feeds', job.tenant) end
end

-- It has been started, or never will be.
local function end_await(job)
  if call('ZREM', prefix .. 'expiry', job.id) == 1 then add_to('waiting', job.tenant, '-1') end
end

-- Takes a waiting job out of where it waits.
local function withdraw(job)
  if job.state ~= 'queued' then
    call('ZREM', prefix .. 'delayed', job.id)
  elseif waits_in_group(job) then
    call('LREM', prefix .. 'group:' .. group_name(job), 1, job.id)
  else
    unready(job)
  end
  end_await(job)
end

-- The place in the queue of a job that is the `rank`th of its tenant's list (nil where it is in none), or -1 beyond
-- MOST_POSITION or MOST_TENANTS. Before it come all of higher priorities, and of each other tenant as many as have
-- their turns before.
local function place(priority, tenant, rank)
  if not rank or rank > MOST_POSITION then return -1 end
  local before = 0
  for _, name in ipairs(PRIORITIES) do
    local is_own, turns_before = name == priority, rank
    local tenants = call('LRANGE', turns_key(name), 0, MOST_TENANTS)
    if #tenants > MOST_TENANTS then return -1 end
    for _, other in ipairs(tenants) do
      if is_own and other == tenant then
        turns_before = rank - 1
      else
        local waiting = call('LLEN', ready_key(name, other))
        before = before + (is_own and math.min(waiting, turns_before) or waiting)
      end
    end
    if is_own then break end
  end
  local position = rank + before
  return position <= MOST_POSITION and position or -1
end

local function position(id, priority, tenant)
  local index = call('LPOS', ready_key(priority, tenant), id, 'MAXLEN', MOST_POSITION)
  return place(priority, tenant, index and index + 1)
end

-- A job as queue/job_reply.cpp reads it, or false where there is none (or it is another tenant's; '' is any).
local function snapshot(id, tenant)
  local job = call('HMGET', prefix .. 'job:' .. id, 'tenant', 'details', 'state', 'seq', 'progress', 'attempt',
                   'max_attempts', 'crashes', 'created_at', 'started_at', 'ended_at', 'error', 'artifact', 'tags',
                   'priority')
  if not job[1] or (tenant ~= '' and job[1] ~= tenant) then return false end
  job[16] = job[3] == 'queued' and position(id, job[15], job[1]) or -1
  job[17] = id
  return job
end

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
  call('ZADD', prefix .. 'ended', text(now + job.retention), job.id)
  if kind == 'failed' then
    call('ZADD', prefix .. 'dead:' .. job.tenant, now, job.id)  -- its spec stays: it may be run again
    count('dead')
  elseif call('HEXISTS', job.key, 'shown_spec') == 1 then
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
  if call('ZREM', prefix .. 'dead:' .. job.tenant, job.id) == 1 then count('dead', -1) end
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
  call('ZREM', prefix .. 'running', job.id)
  call('HDEL', prefix .. 'leases', job.nonce)
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
