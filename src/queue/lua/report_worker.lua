#!lua flags=allow-oom
-- A worker says that it lives; those that have been silent for too long are dropped. Or it says that it goes.
-- ARGV: name, report (JSON) or '' for one that goes, how long a worker lives after its last word, in ms
-- Result: how many live.
local name, report, lifetime = ARGV[1], ARGV[2], tonumber(ARGV[3])
local function drop(gone)
  call('ZREM', prefix .. 'workers', gone)
  call('HDEL', prefix .. 'workers:reports', gone)
end
if report == '' then
  drop(name)
else
  call('ZADD', prefix .. 'workers', now, name)
  call('HSET', prefix .. 'workers:reports', name, report)
end
for _, silent in ipairs(call('ZRANGEBYSCORE', prefix .. 'workers', '-inf', now - lifetime, 'LIMIT', 0, BATCH)) do
  drop(silent)
end
return call('ZCARD', prefix .. 'workers')
