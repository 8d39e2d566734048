#!lua flags=allow-oom
-- Changes a subscription. A new secret leaves the one so far beside it for a while.
-- ARGV: id, tenant, how long for in ms, then fields and values
-- Result: the subscription (webhook), or false.
local id, tenant = ARGV[1], ARGV[2]
local key = webhook_key(id)
if call('HGET', key, 'tenant') ~= tenant then return false end
for i = 4, #ARGV, 2 do
  local field, value = ARGV[i], ARGV[i + 1]
  if field == 'secret' then
    call('HSET', key, 'old_secret', call('HGET', key, 'secret'), 'old_secret_until', now + tonumber(ARGV[3]))
  elseif field == 'enabled' and value == '1' then
    call('HSET', key, 'disabled_reason', '', 'disabled_at', '')
  elseif field == 'enabled' then
    disable(id, 'It was disabled by hand.')
  end
  call('HSET', key, field, value)
end
return webhook(id, tenant)
