#!lua flags=allow-oom
-- Ends an attempt that failed, or confirms a cancel.
-- ARGV: id, token, nonce, error (JSON), verdict ('retry', 'give_up' or 'canceled'), backoff base in ms, its cap in ms
-- Result: 'retrying', 'failed' or 'canceled', for a repeat the first answer; or 'lost'.
local id, token, nonce, err, verdict = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local job = load(id)
if not holds(job, token, nonce) then return first_answer(id, 'fail', token, nonce) or 'lost' end
local answer
if job.state == 'canceling' or verdict == 'canceled' then
  answer = 'canceled'
elseif verdict == 'retry' and has_attempts_left(job) then
  answer = 'retrying'
else
  answer = 'failed'
end
if answer == 'canceled' then
  finish_canceled(job, drop_lease(job, 'fail', answer))
elseif answer == 'retrying' then
  retry(job, err, tonumber(ARGV[6]), tonumber(ARGV[7]), drop_lease(job, 'fail', answer))
else
  give_up(job, err, drop_lease(job, 'fail', answer))
end
return answer
