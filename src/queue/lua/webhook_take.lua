#!lua flags=allow-oom
-- Takes deliveries that are due. Each is due again, for anyone, when its lease is over and it was not reported on.
-- ARGV: lease in ms, how many, how many of a lane, then lanes and how many of each the caller has already
-- Result: {{id, subscription or '', url, lane, secret, old secret or '', type, time of the event, attempt, manual ('1'
--         or ''), job (snapshot) or false}, …}
local MOST_LANES = 1000  -- that are looked at
local lease, free, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local busy = {}
for i = 4, #ARGV, 2 do busy[ARGV[i]] = tonumber(ARGV[i + 1]) end

-- Where to send it and how to sign it; nil when it is not to be sent any more.
local function target_of(delivery)
  local source = delivery[1]
  if source == '' then return {delivery[2], delivery[3], ''} end
  local row = call('HMGET', webhook_key(source), 'enabled', 'url', 'secret', 'old_secret', 'old_secret_until')
  if not row[1] or (row[1] ~= '1' and delivery[8] ~= '1') then return nil end
  local is_rotating = row[5] ~= '' and tonumber(row[5]) > now
  return {row[2], row[3], is_rotating and row[4] or ''}
end

local function take(id, lane)
  local delivery = call('HMGET', delivery_key(id), 'webhook', 'url', 'secret', 'type', 'at', 'snapshot', 'attempt',
                        'manual')
  if not delivery[1] then  -- its subscription was removed
    call('ZREM', prefix .. 'due:' .. lane, id)
    return nil
  end
  local target = target_of(delivery)
  if not target then
    end_delivery(id, delivery[1], lane, 'discarded')
    return nil
  end
  call('ZADD', prefix .. 'due:' .. lane, now + lease, id)
  local attempt = call('HINCRBY', delivery_key(id), 'attempt', 1)
  return {id, delivery[1], target[1], lane, target[2], target[3], delivery[4], delivery[5], attempt, delivery[8],
          delivery[6] ~= '' and cmsgpack.unpack(delivery[6])}
end

local taken = {}
for _, lane in ipairs(call('ZRANGEBYSCORE', prefix .. 'lanes', '-inf', now, 'LIMIT', 0, MOST_LANES)) do
  local room = math.min(most - (busy[lane] or 0), free - #taken)
  if room > 0 then
    for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'due:' .. lane, '-inf', now, 'LIMIT', 0, BATCH)) do
      local delivery = take(id, lane)
      if delivery then
        taken[#taken + 1] = delivery
        room = room - 1
        if room == 0 then break end
      end
    end
    settle_lane(lane)
  end
  if #taken == free then break end
end
return taken
