#!lua flags=allow-oom
-- Queues the delayed and retrying jobs whose time has come; one that was tried already goes to the head.
-- Result: how many jobs it changed.
local changed = 0
for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'delayed', '-inf', now, 'LIMIT', 0, BATCH)) do
  call('ZREM', prefix .. 'delayed', id)
  local job = load(id)
  if job and (job.state == 'delayed' or job.state == 'retrying') then
    local was_tried = job.state == 'retrying'
    change(job, 'queued', 'queued', '')
    make_ready(job, was_tried)
    changed = changed + 1
  end
end
return changed
