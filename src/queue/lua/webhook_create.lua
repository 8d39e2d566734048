#!lua
-- Keeps a new subscription. Refused when Redis is out of memory.
-- ARGV: id, tenant, most of a tenant, secret, url, lane, events (a space around each), tags (JSON), description
-- Result: the subscription (webhook), or {'full'}.
local id, tenant = ARGV[1], ARGV[2]
local ids = prefix .. 'webhooks:' .. tenant
if call('ZSCORE', ids, id) then return webhook(id, tenant) end
if call('ZCARD', ids) >= tonumber(ARGV[3]) then return {'full'} end
call('HSET', webhook_key(id), 'tenant', tenant, 'secret', ARGV[4], 'url', ARGV[5], 'lane', ARGV[6],
     'events', ARGV[7], 'tags', ARGV[8], 'description', ARGV[9], 'enabled', '1', 'disabled_reason', '',
     'disabled_at', '', 'created_at', now, 'old_secret', '', 'old_secret_until', '')
call('ZADD', ids, now, id)
return webhook(id, tenant)
