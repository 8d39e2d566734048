#!lua
-- Puts a job on the queue, once: a repeat with the same id changes nothing. Refused when Redis is out of memory.
-- ARGV: id, tenant, title, spec, upload or '', priority, delay in ms, max_attempts, timeout in s or '',
--       retention in ms, filename, tags (JSON), request_id
-- Result: the job (snapshot), or false where the id is another tenant's.
local id, tenant, spec, upload, delay = ARGV[1], ARGV[2], ARGV[4], ARGV[5], tonumber(ARGV[7])
local key = prefix .. 'job:' .. id
if call('EXISTS', key) == 1 then return snapshot(id, tenant) end

local job = {id = id, key = key, seq = 0, priority = ARGV[6]}
local state = delay > 0 and 'delayed' or 'queued'
change(job, state, state, '',
       'attempt', 0, 'max_attempts', ARGV[8], 'crashes', 0, 'token', 0, 'nonce', '', 'priority', ARGV[6],
       'retention', ARGV[10], 'tenant', tenant, 'created_at', now, 'title', ARGV[3], 'upload', upload,
       'timeout', ARGV[9], 'filename', ARGV[11], 'tags', ARGV[12], 'request_id', ARGV[13])
call('SET', key .. ':spec', spec)
call('ZADD', prefix .. 'jobs:' .. tenant, now, id)
if upload ~= '' then call('INCR', prefix .. 'upload:' .. upload) end
if delay > 0 then
  call('ZADD', prefix .. 'delayed', now + delay, id)
else
  make_ready(job, false)
end
count(state)
return snapshot(id, tenant)
