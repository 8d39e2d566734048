-- What those share that read the outbox. It is joined to the end of prelude.lua.

local GROUP = 'webhooks'
local KEPT = 10 * 60 * 1000  -- events that are acknowledged stay for so long, for whoever looks for them
local outbox = prefix .. 'outbox'

-- The next events: those that were taken and for `claim_after` ms not acknowledged, else those that nobody has read;
-- whether they are new. In this order, for there may always be new ones.
local function read(claim_after)
  local left = redis.pcall('XAUTOCLAIM', outbox, GROUP, 'fan_out', claim_after, '0-0', 'COUNT', BATCH)
  if left.err then
    if call('EXISTS', outbox) == 0 then return {}, false end
    call('XGROUP', 'CREATE', outbox, GROUP, '0')
  elseif #left[2] > 0 then
    return left[2], false
  end
  local streams = call('XREADGROUP', 'GROUP', GROUP, 'fan_out', 'COUNT', BATCH, 'STREAMS', outbox, '>')
  if streams then return streams[1][2], true end
  return {}, false
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

-- Those that were dealt with; the `last_read` of them, where they were new.
local function acknowledge(ids, last_read)
  if #ids == 0 then return end
  call('XACK', outbox, GROUP, unpack(ids))
  if last_read then trim(last_read) end
end
