#!lua
-- Puts a job on the queue, once: a repeat with the same id, or under the same idempotency key, changes nothing.
-- Refused when Redis is out of memory.
-- ARGV: id, tenant, title, spec, upload or '', priority, delay in ms, max_attempts, timeout in s or '',
--       retention in ms, filename, tags (JSON), request_id, images (uploads, a space between),
--       idempotency key or '', hash of the request
-- Result: the job (snapshot), that of the first request under the key; {'idempotency_conflict'} where that one had
--         another hash, {'gone'} where its job has been removed; or false where the id is another tenant's.
local DEDUPE_WINDOW = 24 * 3600 * 1000  -- from the first request on, whatever becomes of its job
local id, tenant, title, spec, upload, priority = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local delay, max_attempts, filename, tags, images = tonumber(ARGV[7]), ARGV[8], ARGV[11], ARGV[12], ARGV[14]
local key = prefix .. 'job:' .. id
if call('EXISTS', key) == 1 then return snapshot(id, tenant) end
if ARGV[15] ~= '' then
  local dedupe = prefix .. 'dedupe:' .. tenant .. ':' .. ARGV[15]
  local first = call('GET', dedupe)
  if first then
    local first_id, first_hash = string.match(first, '^(%S+) (%S+)$')
    if first_hash ~= ARGV[16] then return {'idempotency_conflict'} end
    return snapshot(first_id, tenant) or {'gone'}
  end
  call('SET', dedupe, id .. ' ' .. ARGV[16], 'PX', DEDUPE_WINDOW)
end

local job = {id = id, key = key, seq = 0, priority = priority}
local state = delay > 0 and 'delayed' or 'queued'
change(job, state, state, '',
       'attempt', 0, 'max_attempts', max_attempts, 'crashes', 0, 'token', 0, 'nonce', '', 'priority', priority,
       'retention', ARGV[10], 'tenant', tenant, 'created_at', now, 'title', title, 'upload', upload,
       'images', images, 'timeout', ARGV[9], 'filename', filename, 'tags', tags, 'request_id', ARGV[13])
call('SET', key .. ':spec', spec)
call('ZADD', prefix .. 'jobs:' .. tenant, now, id)
for used in string.gmatch(upload .. ' ' .. images, '%S+') do call('INCR', prefix .. 'upload:' .. used) end
if delay > 0 then
  call('ZADD', prefix .. 'delayed', now + delay, id)
else
  make_ready(job, false)
end
count('submitted')
-- As `snapshot` would read it, but for what is known already.
return {tenant, title, state, job.seq, false, 0, max_attempts, 0, tostring(now), false, false, false, false, filename,
        tags, delay > 0 and -1 or position(id, priority), id}
