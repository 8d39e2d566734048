#!lua flags=allow-oom
-- Puts failed jobs back on the queue as if they had never been tried: those that are named, or those that failed first.
-- One of a group goes to the group's end.
-- ARGV: tenant, ids (a space between) or ''
-- Result: the ids of those that went back, at most BATCH.
local tenant, named = ARGV[1], ARGV[2]

local function named_ids()
  local ids = {}
  for id in string.gmatch(named, '%S+') do
    if #ids < BATCH then ids[#ids + 1] = id end
  end
  return ids
end

local redriven = {}
for _, id in ipairs(named == '' and call('ZRANGE', prefix .. 'dead:' .. tenant, 0, BATCH - 1) or named_ids()) do
  local job = load(id, 'expiry')
  if job and job.tenant == tenant and job.state == 'failed' then
    call('ZREM', prefix .. 'ended', id)
    end_dead(job)
    -- Whoever reads from the start stops at a final event: the old one must not be there.
    call('XTRIM', job.key .. ':events', 'MAXLEN', 0)
    call('HINCRBY', job.key, 'redrives', 1)
    change(job, 'queued', 'queued', '',
           'attempt', 0, 'crashes', 0, 'progress', '', 'error', '', 'started_at', '', 'ended_at', '')
    await_start(job, now, job.fields[FIRST_FIELD])
    enqueue(job)
    count('redriven')
    redriven[#redriven + 1] = id
  end
end
return redriven
