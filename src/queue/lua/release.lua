#!lua flags=allow-oom
-- A worker that stops gracefully gives its job back: to the head of the queue, the attempt refunded.
-- ARGV: id, token, nonce
-- Result: 'queued' or 'canceled', for a repeat the first answer; or 'lost'.
local id, token, nonce = ARGV[1], ARGV[2], ARGV[3]
local job = load(id)
if not holds(job, token, nonce) then return first_answer(id, 'release', token, nonce) or 'lost' end
local answer = job.state == 'canceling' and 'canceled' or 'queued'
if answer == 'canceled' then
  finish_canceled(job, drop_lease(job, 'release', answer))
else
  requeue(job, '', 'attempt', job.attempt - 1, 'progress', '', drop_lease(job, 'release', answer))
end
return answer
