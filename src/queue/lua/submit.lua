#!lua
-- Puts a job on the queue, once: a repeat with the same id, or under the same idempotency key, changes nothing, nor
-- does one with the content of a job that has not failed. Refused when Redis is out of memory, or the queue is full.
-- ARGV: id, tenant, spec, priority, group or '', delay in ms, time before which it must not start or 0, expiry in ms,
--       uploads (`<id> <bytes>`, a space between), idempotency key or '', hash of the request, hash of the content
--       or '', limits (of the tenant's waiting jobs, of all, of the tenant's stored bytes, of all; 0 is none),
--       max_attempts, retention in ms, callback's url or '', its lane, its secret or '', metering (`<key> <quota>
--       <window in ms>`) or '', then the job's other fields: name, value …
-- Result: {'new', state, time of birth, place in the queue or -1, what the metering leaves, seconds until that is full
--         again}, the last two only with one; {'old', the job (snapshot)} of an earlier request
--         that stands for this one; or {'refused', reason, when to try again in s}: 'taken' where the id is another
--         tenant's, 'idempotency_conflict' where the first request had another hash, 'gone' where its job has been
--         removed, 'rate' where the key has none left, 'tenant_waiting', 'waiting', 'tenant_stored' or 'stored' where
--         there is no room.
local DEDUPE_WINDOW = 24 * 3600 * 1000  -- from the first request on
local LONGEST_WAIT = 60                 -- seconds that anyone is asked to wait
local MOST_CALLBACKS = 1000             -- of the requests that one job stands for
local FIRST_PAIR = 23
local id, tenant, spec, priority, group = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local due = math.max(now + tonumber(ARGV[6]), tonumber(ARGV[7]))
local expiry, uploads, idempotency_key, request_hash, content = tonumber(ARGV[8]), ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local job = {id = id, key = prefix .. 'job:' .. id, tenant = tenant, priority = priority, group = group, seq = 0}

local function answer_with(first_id, otherwise)
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

-- What refuses the job, or nil where there is room.
local function lack_of_room()
  local tenant_waiting_limit, waiting_limit = tonumber(ARGV[13]), tonumber(ARGV[14])
  local tenant_waiting = tenant_waiting_limit > 0 and tonumber(call('HGET', prefix .. 'waiting', tenant) or 0)
  if tenant_waiting and tenant_waiting >= tenant_waiting_limit then
    return {'refused', 'tenant_waiting', seconds_to_drain(tenant_waiting, tenant_waiting_limit)}
  end
  local waiting = waiting_limit > 0 and call('ZCARD', prefix .. 'expiry')
  if waiting and waiting >= waiting_limit then
    return {'refused', 'waiting', seconds_to_drain(waiting, waiting_limit)}
  end
  local bytes = 0
  for size in string.gmatch(uploads, '%S+ (%d+)') do bytes = bytes + size end
  local function is_beyond(limit, whose)
    return limit > 0 and tonumber(call('HGET', prefix .. 'stored', whose) or 0) + bytes > limit
  end
  if is_beyond(tonumber(ARGV[15]), tenant) then return {'refused', 'tenant_stored', LONGEST_WAIT} end
  if is_beyond(tonumber(ARGV[16]), '') then return {'refused', 'stored', LONGEST_WAIT} end
  return nil
end

-- Who is to be told of the end, or nil.
local function callback()
  return ARGV[19] ~= '' and cmsgpack.pack({ARGV[19], ARGV[20], ARGV[21]}) or nil
end

-- Beyond its limit a job stands for no more requests that want to be told.
local function has_room_for_callback(other)
  local callbacks = prefix .. 'job:' .. other .. ':callbacks'
  return ARGV[19] == '' or call('HLEN', callbacks) < MOST_CALLBACKS or call('HEXISTS', callbacks, id) == 1
end

-- Takes one off what the key may submit, by GCRA: all that is kept is the time until which it is paid for, which each
-- submit moves on by its share of the window. Nil without a metering.
local function take_allowance()
  if ARGV[22] == '' then return nil end
  local key, quota, window = string.match(ARGV[22], '^(%S+) (%d+) (%d+)$')
  local rate = prefix .. 'rate:' .. key
  local ahead = math.max(tonumber(call('GET', rate) or 0) - now, 0) + window / quota
  -- A hundredth of a millisecond: what adding up fractions may lose.
  local lacks = ahead - window
  if lacks > 0.01 then return {refusal = {'refused', 'rate', math.ceil(lacks / 1000)}} end
  call('SET', rate, string.format('%.3f', now + ahead), 'PX', math.ceil(ahead))
  return {left = math.floor((window - ahead) * quota / window + 0.001), full_in = math.ceil(ahead / 1000)}
end

-- The job that has this content already, or nil; one that did not come to a result does not count.
local function job_with_content()
  local other = call('GET', prefix .. 'content:' .. tenant .. ':' .. content)
  local state = other and call('HGET', prefix .. 'job:' .. other, 'state')
  local counts = state and state ~= 'failed' and state ~= 'canceled' and state ~= 'expired' and state ~= 'canceling'
  return counts and has_room_for_callback(other) and other or nil
end

-- This request's callback is told of the end of the `other` job that stands for it; at once, where it has ended.
local function share_callback(other)
  local target = callback()
  if not target then return end
  local ended = load(other)
  if ended.state ~= 'succeeded' then
    call('HSETNX', ended.key .. ':callbacks', id, target)
  elseif call('HSETNX', ended.key .. ':callbacks', id, '') == 1 then
    put_in_outbox(ended, 'succeeded', 'callbacks', {id, target})
  end
end

if call('EXISTS', job.key) == 1 then return answer_with(id, 'taken') end
local dedupe = idempotency_key ~= '' and prefix .. 'dedupe:' .. tenant .. ':' .. idempotency_key
local first = dedupe and call('GET', dedupe)
if first then
  local first_id, first_hash = string.match(first, '^(%S+) (%S+)$')
  if first_hash ~= request_hash then return {'refused', 'idempotency_conflict'} end
  return answer_with(first_id, 'gone')
end
local other = content ~= '' and job_with_content()
local refusal = not other and lack_of_room()
if refusal then return refusal end
local allowance = not other and take_allowance() or {}
if allowance.refusal then return allowance.refusal end
if dedupe then call('SET', dedupe, (other or id) .. ' ' .. request_hash, 'PX', DEDUPE_WINDOW) end
if other then
  share_callback(other)
  return answer_with(other, 'gone')
end
if content ~= '' then call('SET', prefix .. 'content:' .. tenant .. ':' .. content, id, 'PX', DEDUPE_WINDOW) end

local state = due > now and 'delayed' or 'queued'
-- In the order in which `load` asks for them: Redis looks through a small hash from its beginning.
change(job, state, state, '',
       'attempt', '0', 'max_attempts', ARGV[17], 'crashes', '0', 'token', '0', 'nonce', '', 'priority', priority,
       'retention', ARGV[18], 'tenant', tenant, 'group', group, 'created_at', now_text, 'expiry', ARGV[8],
       unpack(ARGV, FIRST_PAIR))
call('SET', job.key .. ':spec', spec)
if callback() then call('HSET', job.key .. ':callbacks', id, callback()) end
call('ZADD', prefix .. 'jobs:' .. tenant, now_text, id)
for upload, bytes in string.gmatch(uploads, '(%S+) (%d+)') do
  local key = prefix .. 'upload:' .. upload
  if call('HINCRBY', key, 'jobs', '1') == 1 then
    call('HSET', key, 'bytes', bytes, 'tenant', tenant)
    add_stored(tenant, tonumber(bytes))
  end
end
await_start(job, due, expiry)
count('submitted')
if state == 'delayed' then
  call('ZADD', prefix .. 'delayed', text(due), id)
  return {'new', state, now_text, -1, allowance.left, allowance.full_in}
end
return {'new', state, now_text, place(priority, tenant, enqueue(job)), allowance.left, allowance.full_in}
