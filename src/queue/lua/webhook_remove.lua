#!lua flags=allow-oom
-- Drops a subscription with its deliveries; those that are due are left out when their time comes.
-- ARGV: id, tenant
-- Result: 1, or 0 where there is none.
local id, tenant = ARGV[1], ARGV[2]
local key = webhook_key(id)
if call('HGET', key, 'tenant') ~= tenant then return 0 end
for _, delivery in ipairs(call('ZRANGE', key .. ':deliveries', 0, -1)) do call('UNLINK', delivery_key(delivery)) end
call('DEL', key, key .. ':deliveries', key .. ':ended')
call('ZREM', prefix .. 'webhooks:' .. tenant, id)
return 1
