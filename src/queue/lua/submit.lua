#!lua
-- Puts jobs on the queue, each once: a repeat with the same id, or under the same idempotency key, changes nothing, nor
-- does one with the content of a job that has not failed. Refused when Redis is out of memory, or the queue is full.
-- ARGV: limits (of a tenant's waiting jobs, of all, of a tenant's stored bytes, of all; 0 is none), then for each job
--       how many words tell of it, and these: id, tenant, spec, priority, group or '', delay in ms, time before which it
--       must not start or 0, expiry in ms, uploads (`<id> <bytes>`, a space between), idempotency key or '', hash of
--       the request, hash of the content or '', max_attempts, retention in ms, callback's url or '', its lane, its
--       secret or '', metering (`<key> <quota> <window in ms>`) or '', details, then the job's other fields: name,
--       value …
-- Result: of each job, in their order: {'new', state, time of birth, place in the queue or -1, what the metering
--         leaves, seconds until that is full again}, the last two only with one; {'old', the job (snapshot)} of an
--         earlier request that stands for this one; {'refused', reason, when to try again in s}: 'taken' where the id
--         is another tenant's, 'idempotency_conflict' where the first request had another hash, 'gone' where its job
--         has been removed, 'rate' where the key has none left, 'tenant_waiting', 'waiting', 'tenant_stored' or
--         'stored' where there is no room; or an error, which is this job's alone.
local DEDUPE_WINDOW = 24 * 3600 * 1000  -- from the first request on
local LONGEST_WAIT = 60                 -- seconds that anyone is asked to wait
local MOST_CALLBACKS = 1000             -- of the requests that one job stands for
local FIRST_JOB = 5
local tenant_waiting_limit, waiting_limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local tenant_stored_limit, stored_limit = tonumber(ARGV[3]), tonumber(ARGV[4])

local function answer_with(first_id, tenant, otherwise)
  local first = snapshot(first_id, tenant)
  return first and {'old', first} or {'refused', otherwise}
end

-- When one in a hundred of the waiting jobs, and what is beyond the limit, will have ended at the present rate.
local function seconds_to_drain(waiting, limit)
  local first, ended_before = now / SPAN, nil
  local spans = call('HGETALL', prefix .. 'drained')
  for i = 1, #spans, 2 do
    local at = tonumber(spans[i])
    if at >= span - SPANS and at < first then first, ended_before = at, spans[i + 1] end
  end
  local ended = ended_before and ended_in_all() - ended_before or 0
  local rate = ended / math.max(1, (now - first * SPAN) / 1000)
  local seconds = (waiting - limit + 1 + limit / 100) / rate
  return math.ceil(math.max(1, math.min(seconds, LONGEST_WAIT)))
end

-- A count with what is gathered for it; each is asked for once.
local before = {}
local function count_of(hash, field)
  local name, sums = hash .. ' ' .. field, gathered and gathered.counts[prefix .. hash]
  before[name] = before[name] or tonumber(call('HGET', prefix .. hash, field) or 0)
  return before[name] + (sums and sums[field] or 0)
end

local submitted, waiting_before = 0, nil

-- What refuses a job of the tenant's with these uploads, or nil where there is room.
local function lack_of_room(tenant, uploads)
  local tenant_waiting = tenant_waiting_limit > 0 and count_of('waiting', tenant)
  if tenant_waiting and tenant_waiting >= tenant_waiting_limit then
    return {'refused', 'tenant_waiting', seconds_to_drain(tenant_waiting, tenant_waiting_limit)}
  end
  waiting_before = waiting_before or (waiting_limit > 0 and call('ZCARD', prefix .. 'expiry'))
  local waiting = waiting_before and waiting_before + submitted
  if waiting and waiting >= waiting_limit then
    return {'refused', 'waiting', seconds_to_drain(waiting, waiting_limit)}
  end
  local bytes = 0
  for size in string.gmatch(uploads, '%S+ (%d+)') do bytes = bytes + size end
  local function is_beyond(limit, whose) return limit > 0 and count_of('stored', whose) + bytes > limit end
  if is_beyond(tenant_stored_limit, tenant) then return {'refused', 'tenant_stored', LONGEST_WAIT} end
  if is_beyond(stored_limit, '') then return {'refused', 'stored', LONGEST_WAIT} end
  return nil
end

-- Takes one off what the key may submit, by GCRA: all that is kept is the time until which it is paid for, which each
-- submit moves on by its share of the window.
local function take_allowance(metering)
  local key, quota, window = string.match(metering, '^(%S+) (%d+) (%d+)$')
  local rate = prefix .. 'rate:' .. key
  local ahead = math.max(tonumber(call('GET', rate) or 0) - now, 0) + window / quota
  -- A hundredth of a millisecond: what adding up fractions may lose.
  local lacks = ahead - window
  if lacks > 0.01 then return {refusal = {'refused', 'rate', math.ceil(lacks / 1000)}} end
  call('SET', rate, string.format('%.3f', now + ahead), 'PX', math.ceil(ahead))
  return {left = math.floor((window - ahead) * quota / window + 0.001), full_in = math.ceil(ahead / 1000)}
end

-- Beyond its limit a job stands for no more requests that want to be told.
local function has_room_for_callback(id, callback, other)
  local callbacks = prefix .. 'job:' .. other .. ':callbacks'
  return not callback or call('HLEN', callbacks) < MOST_CALLBACKS or call('HEXISTS', callbacks, id) == 1
end

-- The job that has this content already, or nil; one that did not come to a result does not count.
local function job_with_content(id, tenant, content, callback)
  local other = call('GET', prefix .. 'content:' .. tenant .. ':' .. content)
  local state = other and call('HGET', prefix .. 'job:' .. other, 'state')
  local counts = state and state ~= 'failed' and state ~= 'canceled' and state ~= 'expired' and state ~= 'canceling'
  return counts and has_room_for_callback(id, callback, other) and other or nil
end

-- This request's callback is told of the end of the `other` job that stands for it; at once, where it has ended.
local function share_callback(id, callback, other)
  local ended = load(other)
  if ended.state ~= 'succeeded' then
    call('HSETNX', ended.key .. ':callbacks', id, callback)
  elseif call('HSETNX', ended.key .. ':callbacks', id, '') == 1 then
    put_in_outbox(ended, 'succeeded', 'callbacks', {id, callback})
  end
end

local function refer_to(uploads, tenant)
  for upload, bytes in string.gmatch(uploads, '(%S+) (%d+)') do
    local key = prefix .. 'upload:' .. upload
    if call('HINCRBY', key, 'jobs', '1') == 1 then
      call('HSET', key, 'bytes', bytes, 'tenant', tenant)
      add_stored(tenant, tonumber(bytes))
    end
  end
end

local fed = {}  -- tenants of which it is known that they have a feed

local function submit(id, tenant, spec, priority, group, delay, not_before, expiry, uploads, idempotency_key,
                      request_hash, content, max_attempts, retention, url, lane, secret, metering, details, ...)
  local job = {id = id, key = prefix .. 'job:' .. id, tenant = tenant, priority = priority, group = group, seq = 0}
  local callback = url ~= '' and cmsgpack.pack({url, lane, secret})
  if call('EXISTS', job.key) == 1 then return answer_with(id, tenant, 'taken') end
  local dedupe = idempotency_key ~= '' and prefix .. 'dedupe:' .. tenant .. ':' .. idempotency_key
  local first = dedupe and call('GET', dedupe)
  if first then
    local first_id, first_hash = string.match(first, '^(%S+) (%S+)$')
    if first_hash ~= request_hash then return {'refused', 'idempotency_conflict'} end
    return answer_with(first_id, tenant, 'gone')
  end
  local other = content ~= '' and job_with_content(id, tenant, content, callback)
  local refusal = not other and lack_of_room(tenant, uploads)
  if refusal then return refusal end
  local allowance = not other and metering ~= '' and take_allowance(metering) or {}
  if allowance.refusal then return allowance.refusal end
  if dedupe then call('SET', dedupe, (other or id) .. ' ' .. request_hash, 'PX', DEDUPE_WINDOW) end
  if other then
    if callback then share_callback(id, callback, other) end
    return answer_with(other, tenant, 'gone')
  end
  if content ~= '' then call('SET', prefix .. 'content:' .. tenant .. ':' .. content, id, 'PX', DEDUPE_WINDOW) end

  local due = math.max(now + delay, tonumber(not_before))
  local state = due > now and 'delayed' or 'queued'
  -- In the order in which `load` asks for them: Redis looks through a small hash from its beginning.
  change(job, state, state, '',
         'attempt', '0', 'max_attempts', max_attempts, 'crashes', '0', 'token', '0', 'nonce', '', 'priority', priority,
         'retention', retention, 'tenant', tenant, 'group', group, 'created_at', now_text, 'details', details,
         'expiry', expiry, ...)
  call('SET', job.key .. ':spec', spec)
  if callback then call('HSET', job.key .. ':callbacks', id, callback) end
  if not fed[tenant] then fed[tenant] = call('SADD', prefix .. 'feeds', tenant) end
  later('ZADD', 'jobs:' .. tenant, now_text, id)
  refer_to(uploads, tenant)
  await_start(job, due, tonumber(expiry))
  submitted = submitted + 1
  count('submitted')
  local position = -1
  if state == 'delayed' then
    later('ZADD', 'delayed', text(due), id)
  else
    position = place(priority, tenant, enqueue(job))
  end
  return {'new', state, now_text, position, allowance.left, allowance.full_in}
end

return answer_each(FIRST_JOB, submit)
