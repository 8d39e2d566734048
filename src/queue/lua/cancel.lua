#!lua flags=allow-oom
-- Cancels a waiting job at once; asks the worker of a running one to stop.
-- ARGV: id, tenant
-- Result: {'ok' | 'conflict', the job (snapshot)}, or {'not_found'}.
local id, tenant = ARGV[1], ARGV[2]
local job = load(id)
if not job or job.tenant ~= tenant then return {'not_found'} end
local answer = 'ok'
if is_waiting(job) then
  withdraw(job)
  finish_canceled(job)
elseif is_held(job) then
  if job.state == 'running' then
    change(job, 'canceling', 'canceling', ',"attempt":' .. job.attempt)
  end
  call('PUBLISH', prefix .. 'control', id)  -- a repeat too: the first may have found nobody listening
elseif job.state ~= 'canceled' then
  answer = 'conflict'
end
return {answer, snapshot(id, tenant)}
