#!lua flags=allow-oom
-- What came of an attempt. One that was taken by another meanwhile counts only if it succeeded.
-- ARGV: delivery, attempt, 'succeeded', 'retry' or 'give_up', time until the next in ms, attempt (JSON),
--       why its subscription is to be disabled or ''
-- Result: 1 when it disabled the subscription, else 0.
local MOST_LOG = 4096  -- bytes; a person may have sent it again any number of times
local id, attempt, what, delay, entry, reason = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
local delivery = call('HMGET', delivery_key(id), 'webhook', 'lane', 'state', 'attempt', 'attempts')
if delivery[3] ~= 'pending' or (what ~= 'succeeded' and delivery[4] ~= attempt) then return 0 end
local source, lane = delivery[1], delivery[2]
local log = delivery[5] == '' and entry or delivery[5] .. ',' .. entry
if #log > MOST_LOG then log = string.match(log, '^.-},(.*)$') end  -- without its first
call('HSET', delivery_key(id), 'attempts', log)
if what == 'retry' then
  call('ZADD', prefix .. 'due:' .. lane, now + delay, id)
else
  end_delivery(id, source, lane, what == 'succeeded' and 'succeeded' or 'failed')
end
settle_lane(lane)
count('webhook_' .. what)
if reason ~= '' and source ~= '' and disable(source, reason) then return 1 end
return 0
