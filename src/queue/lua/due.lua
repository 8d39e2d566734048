#!lua flags=no-writes,allow-oom
-- The ended jobs whose retention is over.
-- Result: {{id, artifact (JSON)}, …}, '' where there is none.
local due = {}
for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'ended', '-inf', now, 'LIMIT', 0, BATCH)) do
  due[#due + 1] = {id, call('HGET', prefix .. 'job:' .. id, 'artifact') or ''}
end
return due
