#!lua flags=no-writes,allow-oom
-- What a job was made of.
-- ARGV: id, tenant
-- Result: {state, spec or false, what is to be shown instead or false, filename, tags, priority, group, expiry in ms,
--         max_attempts, timeout in s or '', retention in ms}; or false without such a job.
local key = prefix .. 'job:' .. ARGV[1]
local job = call('HMGET', key, 'tenant', 'state', 'shown_spec', 'filename', 'tags', 'priority', 'group', 'expiry',
                 'max_attempts', 'timeout', 'retention')
if job[1] ~= ARGV[2] then return false end
return {job[2], call('GET', key .. ':spec'), unpack(job, 3, 11)}
