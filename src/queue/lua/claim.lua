#!lua flags=allow-oom
-- Grants a lease on the next job. A repeat with the same nonce, while that lease holds, gets the same grant.
-- ARGV: worker, nonce, lease in ms
-- Result: {id, token, deadline, spec, attempt, max_attempts, created_at, details}, or false where no job waits.
return grant_again(ARGV[2]) or grant_next(ARGV[1], ARGV[2], tonumber(ARGV[3]))
