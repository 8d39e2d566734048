#!lua flags=no-writes,allow-oom
-- Lists a tenant's jobs, newest first, or its dead letters, the last to fail first.
-- ARGV: tenant, limit, state or '', cursor or '' (`<time>:<id>` of the last job that was looked at), 'jobs' or 'dead'
-- Result: {cursor for the next page or '', job (snapshot), …}. It looks at no more than MOST_LOOKED_AT jobs, so that
--         a page of a rare state may be short, or empty, and still have a next one.
local MOST_LOOKED_AT = 1000
local tenant, limit, state, cursor = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local index = prefix .. ARGV[5] .. ':' .. tenant
local last_time, last_id = string.match(cursor, '^(%d+):(%S+)$')
local result, looked_at, offset = {''}, 0, 0
while true do
  local ids = call('ZREVRANGEBYSCORE', index, last_time or '+inf', '-inf', 'WITHSCORES', 'LIMIT', offset, BATCH)
  for i = 1, #ids, 2 do
    local id, score = ids[i], ids[i + 1]
    if score ~= last_time or id < last_id then  -- equal times are in the order of their ids, the greatest first
      if #result > limit or looked_at == MOST_LOOKED_AT then
        result[1] = cursor
        return result
      end
      looked_at = looked_at + 1
      cursor = score .. ':' .. id
      if state == '' or call('HGET', prefix .. 'job:' .. id, 'state') == state then
        local job = snapshot(id, tenant)
        if job then result[#result + 1] = job end
      end
    end
  end
  if #ids < 2 * BATCH then return result end
  offset = offset + BATCH
end
