#!lua flags=allow-oom
-- Queues the delayed and retrying jobs whose time has come; one that was tried already goes to the head.
-- Result: how many jobs it changed.
local changed = 0
for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'delayed', '-inf', now, 'LIMIT', 0, BATCH)) do
  call('ZREM', prefix .. 'delayed', id)
  local job = load(id)
  if job and job.state == 'retrying' then
    requeue(job, '')  -- it has kept its place at the front of its group
    changed = changed + 1
  elseif job and job.state == 'delayed' then
    change(job, 'queued', 'queued', '')
    enqueue(job)
    changed = changed + 1
  end
end
return changed
