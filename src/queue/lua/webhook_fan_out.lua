#!lua flags=allow-oom
-- Makes deliveries out of the next events of the outbox, and acknowledges these: one step, so that whoever dies
-- neither loses nor doubles any. An event that fails here stays pending in its group, and comes again a minute later.
-- Result: {how many events it looked at, why the last that failed did or ''}.

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
  if event.to == 'all' then tell_subscriptions(event, source, job[14] and cjson.decode(job[14]) or {}) end
  tell_callbacks(event, source)
end

local entries, are_new = read(60 * 1000)
local done, problem = {}, ''
for _, entry in ipairs(entries) do
  local worked, reason = pcall(fan_out, entry)
  if worked then
    done[#done + 1] = entry[1]
  else
    problem = entry[1] .. ': ' .. (type(reason) == 'table' and reason.err or tostring(reason))
  end
end
acknowledge(done, are_new and entries[#entries][1])
if #entries == 0 and call('EXISTS', outbox) == 1 then trim(nil) end
return {#entries, problem}
