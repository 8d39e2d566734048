#!lua flags=allow-oom
-- The renderer died under a job: back to the head of the queue at once, unless it is poison or out of attempts.
-- ARGV: id, token, nonce, error (JSON)
-- Result: 'queued', 'failed' or 'canceled', for a repeat the first answer; or 'lost'.
local id, token, nonce, err = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local job = load(id)
if not holds(job, token, nonce) then return first_answer(id, 'crashed', token, nonce) or 'lost' end
local crashes = job.crashes + 1
local answer = 'queued'
if job.state == 'canceling' then
  answer = 'canceled'
elseif crashes >= MOST_CRASHES or not has_attempts_left(job) then
  answer = 'failed'
end
if answer == 'canceled' then
  finish_canceled(job, 'crashes', crashes, drop_lease(job, 'crashed', answer))
elseif answer == 'failed' then
  give_up(job, err, 'crashes', crashes, drop_lease(job, 'crashed', answer))
else
  requeue(job, ',"attempt":' .. job.attempt .. ',"error":' .. err,
          'crashes', crashes, 'error', err, drop_lease(job, 'crashed', answer))
end
return answer
