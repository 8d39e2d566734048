#!lua flags=allow-oom
-- Drops what is too old of the tenants' feeds; the whole of one in which nothing is left and that has no jobs.
-- ARGV: how long an event stays, in ms
-- Result: how many feeds it looked at.
local oldest = now - tonumber(ARGV[1])
local tenants = call('SMEMBERS', prefix .. 'feeds')
for _, tenant in ipairs(tenants) do
  local feed = prefix .. 'feed:' .. tenant
  call('XTRIM', feed, 'MINID', oldest .. '-0')
  -- A tenant with jobs keeps its empty one: ids go on from the last, whatever the clock does.
  if call('EXISTS', prefix .. 'jobs:' .. tenant) == 0 and call('XLEN', feed) == 0 then
    call('DEL', feed)
    call('SREM', prefix .. 'feeds', tenant)
  end
end
return #tenants
