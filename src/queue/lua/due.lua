#!lua flags=no-writes,allow-oom
-- The ended jobs whose retention is over.
-- Result: {{id, upload, artifact (JSON)}, …}, '' where there is none.
local due = {}
for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'ended', '-inf', now, 'LIMIT', 0, BATCH)) do
  local left = call('HMGET', prefix .. 'job:' .. id, 'upload', 'artifact')
  due[#due + 1] = {id, left[1] or '', left[2] or ''}
end
return due
