#!lua flags=allow-oom
-- Makes deliveries out of the next events of the outbox, and acknowledges these: one step, so that whoever dies
-- neither loses nor doubles any. An event that fails here stays pending in its group, and comes again a minute later.
-- Result: {how many events it looked at, why the last that failed did or ''}.
local GROUP = 'webhooks'
local CLAIM_AFTER = 60 * 1000
local KEPT = 10 * 60 * 1000  -- events that are acknowledged stay for so long, for whoever looks for them
local outbox = prefix .. 'outbox'

local function matches(row, kind, job_tags)
  if row[1] ~= '1' or not string.find(row[2], ' ' .. kind .. ' ', 1, true) then return false end
  for name, value in pairs(cjson.decode(row[3])) do
    if job_tags[name] ~= value then return false end
  end
  return true
end

local function tell_subscriptions(event, source, tags)
  for _, id in ipairs(call('ZRANGE', prefix .. 'webhooks:' .. event.tenant, 0, -1)) do
    local row = call('HMGET', webhook_key(id), 'enabled', 'events', 'tags', 'lane')
    if matches(row, event.event, tags) then
      local waiting = call('ZCARD', webhook_key(id) .. ':deliveries') - call('ZCARD', webhook_key(id) .. ':ended')
      if waiting >= MOST_PENDING then
        disable(id, MOST_PENDING .. ' messages were waiting for its target.')
      else
        new_delivery('msg_' .. redis.sha1hex(source .. id), id, {lane = row[4]}, event)
      end
    end
  end
end

local function tell_callbacks(event, source)
  local callbacks = cmsgpack.unpack(event.callbacks)
  for i = 1, #callbacks, 2 do
    local request, target = callbacks[i], callbacks[i + 1]
    if target ~= '' then  -- else it was told of an end before
      local url, lane, secret = unpack(cmsgpack.unpack(target))
      local id = redis.sha1hex(source .. (request == event.job and '' or request))
      new_delivery('msg_' .. id, '', {url = url, lane = lane, secret = secret}, event)
    end
  end
end

local function fan_out(entry)
  local event = {manual = ''}
  for i = 1, #entry[2], 2 do event[entry[2][i]] = entry[2][i + 1] end
  if not event.snapshot then return end  -- nobody was to be told
  local job = cmsgpack.unpack(event.snapshot)
  event.type, event.at = 'job.' .. event.event, job[11]  -- when it ended
  local source = event.job .. ':' .. event.seq .. ':'
  if event.to == 'all' then tell_subscriptions(event, source, cjson.decode(job[15])) end
  tell_callbacks(event, source)
end

-- The next events that nobody has read, or those that failed a while ago; whether they are new.
local function read()
  local read_new = {'XREADGROUP', 'GROUP', GROUP, 'fan_out', 'COUNT', BATCH, 'STREAMS', outbox, '>'}
  local streams = redis.pcall(unpack(read_new))
  if streams and streams.err then
    if call('EXISTS', outbox) == 0 then return {}, false end
    call('XGROUP', 'CREATE', outbox, GROUP, '0')
    streams = call(unpack(read_new))
  end
  if streams then return streams[1][2], true end
  return call('XAUTOCLAIM', outbox, GROUP, 'fan_out', CLAIM_AFTER, '0-0', 'COUNT', BATCH)[2], false
end

-- Drops what is acknowledged and old, up to the first event that is pending or that nobody has read: `last_read` was,
-- or nil where all are. Those stay, however many they are: they take less room than the jobs themselves.
local function trim(last_read)
  local function time_of(id) return tonumber(string.match(id, '^%d+')) end
  local pending = call('XPENDING', outbox, GROUP)
  local bound = math.min(now - KEPT, last_read and time_of(last_read) or now)
  if pending[1] > 0 then bound = math.min(bound, time_of(pending[2])) end
  call('XTRIM', outbox, 'MINID', last_read and '~' or '=', string.format('%d-0', bound))
end

local entries, are_new = read()
local done, problem = {}, ''
for _, entry in ipairs(entries) do
  local worked, reason = pcall(fan_out, entry)
  if worked then
    done[#done + 1] = entry[1]
  else
    problem = entry[1] .. ': ' .. (type(reason) == 'table' and reason.err or tostring(reason))
  end
end
if #done > 0 then
  call('XACK', outbox, GROUP, unpack(done))
  if are_new then trim(entries[#entries][1]) end
elseif #entries == 0 and call('EXISTS', outbox) == 1 then
  trim(nil)
end
return {#entries, problem}
