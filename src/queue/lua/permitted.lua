#!lua flags=allow-oom
-- Asks whether the user who calls may do all that Platen does. Stands alone, without the prelude.
-- Result: the names of the commands that it may not run on Platen's keys and channels.
local key, channel, stream = KEYS[1] .. 'permitted', KEYS[1] .. 'control', KEYS[1] .. 'outbox'
-- Those of programs …
local commands = {
  {'PING'}, {'EVAL', '', '1', key}, {'EVALSHA', '', '1', key}, {'BLPOP', key, '1'}, {'EXISTS', key},
  {'XREAD', 'STREAMS', stream, '0'}, {'SUBSCRIBE', channel}, {'UNSUBSCRIBE', channel},
  -- … and of scripts.
  {'DEL', key}, {'GET', key}, {'HDEL', key, 'f'}, {'HEXISTS', key, 'f'}, {'HGET', key, 'f'}, {'HGETALL', key},
  {'HINCRBY', key, 'f', '1'}, {'HKEYS', key}, {'HLEN', key}, {'HMGET', key, 'f'}, {'HSET', key, 'f', '1'},
  {'HSETNX', key, 'f', '1'}, {'LINDEX', key, '0'}, {'LLEN', key}, {'LPOP', key}, {'LPOS', key, '1'},
  {'LRANGE', key, '0', '1'}, {'LREM', key, '1', '1'}, {'PEXPIRE', key, '1'}, {'PUBLISH', channel, '1'},
  {'LPUSH', key, '1'}, {'RPUSH', key, '1'}, {'SADD', key, '1'}, {'SET', key, '1'}, {'SMEMBERS', key},
  {'SREM', key, '1'}, {'TIME'},
  {'UNLINK', key}, {'XACK', stream, 'g', '1-0'}, {'XADD', stream, '*', 'f', '1'},
  {'XAUTOCLAIM', stream, 'g', 'c', '1', '0'}, {'XGROUP', 'CREATE', stream, 'g', '0'}, {'XINFO', 'STREAM', stream},
  {'XLEN', stream}, {'XPENDING', stream, 'g'}, {'XRANGE', stream, '-', '+'},
  {'XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', stream, '>'}, {'XTRIM', stream, 'MAXLEN', '1'}, {'ZADD', key, '1', '1'},
  {'ZCARD', key}, {'ZPOPMIN', key}, {'ZRANGE', key, '0', '1'}, {'ZRANGEBYSCORE', key, '0', '1'}, {'ZREM', key, '1'},
  {'ZREVRANGEBYSCORE', key, '1', '0'}, {'ZSCORE', key, '1'},
}
local missing = {}
for _, command in ipairs(commands) do
  if not redis.acl_check_cmd(unpack(command)) then missing[#missing + 1] = command[1] end
end
return missing
