#!lua
-- Puts a job on the queue, once: a repeat with the same id, or under the same idempotency key, changes nothing.
-- Refused when Redis is out of memory.
-- ARGV: id, tenant, spec, priority, group or '', delay in ms, time before which it must not start or 0, expiry in ms,
--       uploads (ids, a space between), idempotency key or '', hash of the request,
--       then the job's other fields: name, value …
-- Result: {'new', state, time of birth, place in the queue or -1}; {'old', the job (snapshot)} of a repeat, where the
--         job is the first request's; or {'refused', reason}: 'taken' where the id is another tenant's,
--         'idempotency_conflict' where the first request had another hash, 'gone' where its job has been removed.
local DEDUPE_WINDOW = 24 * 3600 * 1000  -- from the first request on, whatever becomes of its job
local FIRST_PAIR = 12
local id, tenant, spec, priority, group = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local due = math.max(now + tonumber(ARGV[6]), tonumber(ARGV[7]))
local expiry, uploads, idempotency_key, request_hash = tonumber(ARGV[8]), ARGV[9], ARGV[10], ARGV[11]
local job = {id = id, key = prefix .. 'job:' .. id, tenant = tenant, priority = priority, group = group, seq = 0}

local function answer_with(first_id, otherwise)
  local first = snapshot(first_id, tenant)
  return first and {'old', first} or {'refused', otherwise}
end

if call('EXISTS', job.key) == 1 then return answer_with(id, 'taken') end
if idempotency_key ~= '' then
  local dedupe = prefix .. 'dedupe:' .. tenant .. ':' .. idempotency_key
  local first = call('GET', dedupe)
  if first then
    local first_id, first_hash = string.match(first, '^(%S+) (%S+)$')
    if first_hash ~= request_hash then return {'refused', 'idempotency_conflict'} end
    return answer_with(first_id, 'gone')
  end
  call('SET', dedupe, id .. ' ' .. request_hash, 'PX', DEDUPE_WINDOW)
end

local state = due > now and 'delayed' or 'queued'
change(job, state, state, '',
       'attempt', 0, 'crashes', 0, 'token', 0, 'nonce', '', 'priority', priority, 'group', group, 'tenant', tenant,
       'expiry', expiry, 'created_at', now, unpack(ARGV, FIRST_PAIR))
call('SET', job.key .. ':spec', spec)
call('ZADD', prefix .. 'jobs:' .. tenant, now, id)
for upload in string.gmatch(uploads, '%S+') do call('INCR', prefix .. 'upload:' .. upload) end
await_start(job, due, expiry)
count('submitted')
if state == 'delayed' then
  call('ZADD', prefix .. 'delayed', due, id)
  return {'new', state, tostring(now), -1}
end
return {'new', state, tostring(now), place(priority, enqueue(job))}
