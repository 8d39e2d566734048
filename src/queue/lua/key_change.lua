#!lua flags=allow-oom
-- Keeps a new API key, ends one, or both.
-- ARGV: new one's id or '', the key (JSON), its end in ms or '', how many there may be; id of the one to end or '',
--       when in ms, 0 for now
-- Result: 'ok', 'taken', 'full', or 'not_found' where there is none to end.
local KEPT_AFTER_END = 90 * 24 * 3600 * 1000  -- a key's entry, so that a log's id can be looked up
local id, key, ends, most, old, old_ends = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
local keys, all_ends = prefix .. 'keys', prefix .. 'keys:ends'
if old_ends == 0 then old_ends = now end
if old ~= '' and call('HEXISTS', keys, old) == 0 then return 'not_found' end
if id ~= '' then
  local pairs_of_ends = call('HGETALL', all_ends)
  for i = 1, #pairs_of_ends, 2 do
    if tonumber(pairs_of_ends[i + 1]) < now - KEPT_AFTER_END then
      call('HDEL', keys, pairs_of_ends[i])
      call('HDEL', all_ends, pairs_of_ends[i])
    end
  end
  if call('HLEN', keys) >= most then return 'full' end
  if call('HSETNX', keys, id, key) == 0 then return 'taken' end
  if ends ~= '' then call('HSET', all_ends, id, ends) end
end
if old ~= '' and old_ends < tonumber(call('HGET', all_ends, old) or math.huge) then
  call('HSET', all_ends, old, old_ends)
end
-- No counter: one that a backup brought back would repeat itself.
call('SET', prefix .. 'keys:version', clock[1] .. '.' .. clock[2])
return 'ok'
