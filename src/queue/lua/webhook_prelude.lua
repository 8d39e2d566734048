-- What the scripts of webhooks share. It is joined to the end of prelude.lua.
--   webhook:<id>             HASH  a subscription                    webhooks:<tenant>  ZSET  their ids by birth
--   webhook:<id>:deliveries  ZSET  all that it has, by birth         webhook:<id>:ended ZSET  those that have ended
--   delivery:<id>            HASH  one message to one target: `snapshot` is the job as it was (cmsgpack of `snapshot`)
--   due:<lane>               ZSET  deliveries by when they are due; those under way by when they count as lost
--   lanes                    ZSET  lane (a target's host and port) by the first of these times
-- A delivery's id follows from the job's event and the subscription, so that what is done twice makes one.

local MOST_ENDED = 200       -- deliveries that a subscription's log keeps
local MOST_PENDING = 10000   -- that may be on their way to one; a target that is so far behind is given up

local function webhook_key(id) return prefix .. 'webhook:' .. id end
local function delivery_key(id) return prefix .. 'delivery:' .. id end

local function set_due(lane, id, at)
  call('ZADD', prefix .. 'due:' .. lane, at, id)
  call('ZADD', prefix .. 'lanes', 'LT', at, lane)
end

-- Puts the lane where its first delivery is.
local function settle_lane(lane)
  local first = call('ZRANGE', prefix .. 'due:' .. lane, 0, 0, 'WITHSCORES')
  if first[1] then
    call('ZADD', prefix .. 'lanes', first[2], lane)
  else
    call('ZREM', prefix .. 'lanes', lane)
  end
end

-- A delivery of `source` (a subscription's id, or '' with the callback's target) of an event; once.
local function new_delivery(id, source, target, event)
  local key = delivery_key(id)
  if call('EXISTS', key) == 1 then return end
  call('HSET', key, 'webhook', source, 'url', source == '' and target.url or '', 'secret',
       source == '' and target.secret or '', 'lane', target.lane, 'tenant', event.tenant, 'type', event.type,
       'job', event.job, 'at', event.at, 'snapshot', event.snapshot, 'state', 'pending', 'created_at', now,
       'attempt', 0, 'attempts', '', 'manual', event.manual)
  if source ~= '' then call('ZADD', webhook_key(source) .. ':deliveries', now, id) end
  set_due(target.lane, id, now)
end

-- The last change of a delivery. Of a subscription's the log keeps some; of a callback nothing.
local function end_delivery(id, source, lane, state)
  call('ZREM', prefix .. 'due:' .. lane, id)
  if source == '' then
    call('DEL', delivery_key(id))
    return
  end
  call('HSET', delivery_key(id), 'state', state, 'manual', '')
  local ended = webhook_key(source) .. ':ended'
  call('ZADD', ended, now, id)
  for _ = MOST_ENDED + 1, call('ZCARD', ended) do
    local oldest = call('ZPOPMIN', ended)[1]
    call('ZREM', webhook_key(source) .. ':deliveries', oldest)
    call('DEL', delivery_key(oldest))
  end
end

-- Stops a subscription; what is on its way is thrown away when it is due. False when it had been stopped before.
local function disable(id, reason)
  if call('HGET', webhook_key(id), 'enabled') ~= '1' then return false end
  call('HSET', webhook_key(id), 'enabled', '0', 'disabled_reason', reason, 'disabled_at', now)
  return true
end

-- A subscription as queue/webhooks.cpp reads it, or false where there is none (or it is another tenant's).
local function webhook(id, tenant)
  local row = call('HMGET', webhook_key(id), 'tenant', 'url', 'lane', 'events', 'tags', 'description', 'enabled',
                   'disabled_reason', 'disabled_at', 'created_at', 'old_secret_until')
  if row[1] ~= tenant then return false end
  row[12] = id
  return row
end

-- A delivery as queue/webhooks.cpp reads it.
local function delivery_row(id)
  local row = call('HMGET', delivery_key(id), 'type', 'job', 'state', 'created_at', 'attempts', 'lane')
  if row[3] == 'pending' then row[6] = call('ZSCORE', prefix .. 'due:' .. row[6], id) else row[6] = false end
  row[7] = id
  return row
end
