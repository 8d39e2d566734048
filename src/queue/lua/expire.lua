#!lua flags=allow-oom
-- Ends the jobs that nobody has started in time.
-- Result: how many jobs it looked at.
local late = call('ZRANGEBYSCORE', prefix .. 'expiry', '-inf', now, 'LIMIT', 0, BATCH)
for _, id in ipairs(late) do
  local job = load(id)
  if job and is_waiting(job) then
    withdraw(job)
    finish(job, 'expired', '')
  else
    call('ZREM', prefix .. 'expiry', id)
  end
end
return #late
