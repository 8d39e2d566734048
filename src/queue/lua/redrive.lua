#!lua flags=allow-oom
-- Puts failed jobs back on the queue as if they had never been tried: those that are named, or those that failed first.
-- ARGV: tenant, ids (a space between) or ''
-- Result: the ids of those that went back, at most BATCH.
local MOST_LOOKED_AT = 1000  -- ids, for those of the tenant
local tenant, named = ARGV[1], ARGV[2]

local function first_to_fail()
  local ids = {}
  for offset = 0, MOST_LOOKED_AT - 1, BATCH do
    local dead = call('ZRANGE', prefix .. 'dead', offset, offset + BATCH - 1)
    for _, id in ipairs(dead) do
      if call('HGET', prefix .. 'job:' .. id, 'tenant') == tenant then ids[#ids + 1] = id end
      if #ids == BATCH then return ids end
    end
    if #dead < BATCH then return ids end
  end
  return ids
end

local function named_ids()
  local ids = {}
  for id in string.gmatch(named, '%S+') do
    if #ids < BATCH then ids[#ids + 1] = id end
  end
  return ids
end

local redriven = {}
for _, id in ipairs(named == '' and first_to_fail() or named_ids()) do
  local job = load(id)
  if job and job.tenant == tenant and job.state == 'failed' then
    call('ZREM', prefix .. 'ended', id)
    call('ZREM', prefix .. 'dead', id)
    -- Whoever reads from the start stops at a final event: the old one must not be there.
    call('XTRIM', job.key .. ':events', 'MAXLEN', 0)
    call('HINCRBY', job.key, 'redrives', 1)
    change(job, 'queued', 'queued', '',
           'attempt', 0, 'crashes', 0, 'progress', '', 'error', '', 'started_at', '', 'ended_at', '')
    make_ready(job, false)
    count('redriven')
    redriven[#redriven + 1] = id
  end
end
return redriven
