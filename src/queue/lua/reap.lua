#!lua flags=allow-oom
-- Takes back the jobs whose leases have lapsed: each goes on after a backoff, or ends.
-- ARGV: error (JSON), backoff base in ms, its cap in ms
-- Result: how many jobs it changed.
local err, base, cap = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local changed = 0
for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'running', '-inf', now, 'LIMIT', 0, BATCH)) do
  local job = load(id)
  if job and is_held(job) then
    local was_canceling = job.state == 'canceling'
    drop_lease(job, 'reap', 'lapsed')
    if was_canceling then
      finish_canceled(job)
    elseif has_attempts_left(job) then
      retry(job, err, base, cap)
    else
      give_up(job, err)
    end
    changed = changed + 1
  else
    call('ZREM', prefix .. 'running', id)
  end
end
return changed
