#!lua flags=no-writes,allow-oom
-- What a job was made of.
-- ARGV: id, tenant
-- Result: {state, spec or false, what is to be shown instead or false, details, tags or false, priority, group, expiry
--         in ms, max_attempts, retention in ms}; or false without such a job.
local key = prefix .. 'job:' .. ARGV[1]
local job = call('HMGET', key, 'tenant', 'state', 'shown_spec', 'details', 'tags', 'priority', 'group', 'expiry',
                 'max_attempts', 'retention')
if job[1] ~= ARGV[2] then return false end
return {job[2], call('GET', key .. ':spec'), unpack(job, 3, 10)}
