#!lua
-- Sends by hand, now and once: a delivery again, or a test. Refused when Redis is out of memory.
-- ARGV: subscription, tenant, delivery, 'test' or 'resend'
-- Result: the delivery (delivery_row), 'no_webhook' or 'no_delivery'.
local id, tenant, delivery = ARGV[1], ARGV[2], ARGV[3]
local key = webhook_key(id)
local found = call('HMGET', key, 'tenant', 'lane')
if found[1] ~= tenant then return 'no_webhook' end
if ARGV[4] == 'test' then
  new_delivery(delivery, id, {lane = found[2]},
               {tenant = tenant, type = 'webhook.test', job = '', at = now, snapshot = '', manual = '1'})
else
  if not call('ZSCORE', key .. ':deliveries', delivery) then return 'no_delivery' end
  local state, lane = unpack(call('HMGET', delivery_key(delivery), 'state', 'lane'))
  if state ~= 'pending' then
    call('ZREM', key .. ':ended', delivery)
    call('HSET', delivery_key(delivery), 'state', 'pending', 'manual', '1')
  end
  set_due(lane, delivery, now)
end
return delivery_row(delivery)
