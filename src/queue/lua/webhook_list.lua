#!lua flags=no-writes,allow-oom
-- Reads one subscription of a tenant, or all.
-- ARGV: tenant, id or ''
-- Result: {subscription (webhook), …}
local tenant, id = ARGV[1], ARGV[2]
local rows = {}
for _, each in ipairs(id ~= '' and {id} or call('ZRANGE', prefix .. 'webhooks:' .. tenant, 0, -1)) do
  rows[#rows + 1] = webhook(each, tenant) or nil
end
return rows
