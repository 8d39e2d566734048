#!lua flags=allow-oom
-- Takes back the jobs whose leases have lapsed: each goes on after a backoff, or ends.
-- ARGV: error (JSON), backoff base in ms, its cap in ms
-- Result: how many jobs it changed.
local err, base, cap = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local changed = 0
for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'running', '-inf', now, 'LIMIT', 0, BATCH)) do
  local job = load(id)
  if job and is_held(job) then
    if job.state == 'canceling' then
      finish_canceled(job, drop_lease(job, 'reap', 'canceled'))
    elseif has_attempts_left(job) then
      retry(job, err, base, cap, drop_lease(job, 'reap', 'retrying'))
    else
      give_up(job, err, drop_lease(job, 'reap', 'failed'))
    end
    changed = changed + 1
  else
    call('ZREM', prefix .. 'running', id)
  end
end
return changed
