#!lua flags=no-writes,allow-oom
-- The log of a subscription, newest first.
-- ARGV: id, tenant, limit, cursor or '' (`<time>:<id>` of the last delivery of the page before)
-- Result: {cursor for the next page or '', delivery (delivery_row), …}, or false without such a subscription.
local id, tenant, limit, cursor = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
if call('HGET', webhook_key(id), 'tenant') ~= tenant then return false end
local last_time, last_id = string.match(cursor, '^(%d+):(%S+)$')
local result, offset = {''}, 0
while true do
  local ids = call('ZREVRANGEBYSCORE', webhook_key(id) .. ':deliveries', last_time or '+inf', '-inf', 'WITHSCORES',
                   'LIMIT', offset, BATCH)
  for i = 1, #ids, 2 do
    if ids[i + 1] ~= last_time or ids[i] < last_id then
      if #result > limit then
        result[1] = cursor
        return result
      end
      cursor = ids[i + 1] .. ':' .. ids[i]
      result[#result + 1] = delivery_row(ids[i])
    end
  end
  if #ids < 2 * BATCH then return result end
  offset = offset + BATCH
end
