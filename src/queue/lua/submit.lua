#!lua
-- Puts a job on the queue, once: a repeat with the same id changes nothing. Refused when Redis is out of memory.
-- ARGV: id, tenant, title, spec, upload or '', priority, delay in ms, max_attempts, timeout in s or '',
--       retention in ms, filename, tags (JSON), request_id, images (uploads, a space between)
-- Result: the job (snapshot), or false where the id is another tenant's.
local id, tenant, title, spec, upload, priority = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local delay, max_attempts, filename, tags, images = tonumber(ARGV[7]), ARGV[8], ARGV[11], ARGV[12], ARGV[14]
local key = prefix .. 'job:' .. id
if call('EXISTS', key) == 1 then return snapshot(id, tenant) end

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
