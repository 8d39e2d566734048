#!lua flags=no-writes,allow-oom
-- Reads a tenant's feed after a position: an entry's id; `<ms>-END` for the moment after that millisecond; '0-0' for
-- its beginning; or '$' for its end.
-- ARGV: tenant, position, how many
-- Result: {position up to which this goes, 1 where there may be more, 1 where events after the position may be lost,
--         {{entry id, {'e', '<kind> <data>'}}, …}}
local END = '18446744073709551615'
local tenant, after, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local feed = prefix .. 'feed:' .. tenant

local function is_before(left, right)
  local left_ms, left_number = string.match(left, '^(%d+)-(%d+)$')
  local right_ms, right_number = string.match(right, '^(%d+)-(%d+)$')
  if left_ms ~= right_ms then return tonumber(left_ms) < tonumber(right_ms) end
  return tonumber(left_number) < tonumber(right_number)
end

-- Of the feed: {length =, ['entries-added'] =, ['last-generated-id'] =, ['first-entry'] = …}; zeros where there is
-- none.
local function describe()
  local about = {length = 0, ['entries-added'] = 0, ['last-generated-id'] = '0-0'}
  local info = redis.pcall('XINFO', 'STREAM', feed)
  for i = 1, info.err and 0 or #info, 2 do about[info[i]] = info[i + 1] end
  return about
end

-- An entry's id that is not there any more was trimmed, or what Redis had was undone (a restart, a replica that was
-- behind). What was trimmed is also missed by whoever asks for a moment before it.
local function has_lost(about)
  local last, first = about['last-generated-id'], about['first-entry']
  if after == '0-0' or after == last then return false end
  if string.sub(after, -#END) == END then
    return about['entries-added'] > about.length and is_before(after, first and first[1] or last)
  end
  return #call('XRANGE', feed, after, after) == 0
end

local about = describe()
local last = about['last-generated-id']
if after == '$' then return {last, 0, 0, {}} end
local lost = has_lost(about)
if lost and is_before(last, after) then return {last, 0, 1, {}} end
local entries = call('XRANGE', feed, '(' .. after, '+', 'COUNT', most)
if #entries > 0 then return {entries[#entries][1], #entries == most and 1 or 0, lost and 1 or 0, entries} end
return {is_before(last, after) and after or last, 0, lost and 1 or 0, {}}
