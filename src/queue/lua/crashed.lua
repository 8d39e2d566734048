#!lua flags=allow-oom
-- The renderer died under a job: back to the head of the queue at once, the attempt refunded, unless it is poison.
-- ARGV: id, token, nonce, error (JSON)
-- Result: 'queued', 'failed' or 'canceled', for a repeat the first answer; or 'lost'.
local id, token, nonce, err = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local job = load(id)
if not holds(job, token, nonce) then return first_answer(id, 'crashed', token, nonce) or 'lost' end
local crashes = job.crashes + 1
if job.state == 'canceling' then
  finish_canceled(job, 'crashes', crashes, drop_lease(job, 'crashed', 'canceled'))
  return 'canceled'
elseif crashes >= MOST_CRASHES then
  give_up(job, err, 'crashes', crashes, drop_lease(job, 'crashed', 'failed'))
  return 'failed'
end
requeue(job, ',"attempt":' .. job.attempt .. ',"error":' .. err,
        'attempt', job.attempt - 1, 'crashes', crashes, 'error', err, drop_lease(job, 'crashed', 'queued'))
return 'queued'
