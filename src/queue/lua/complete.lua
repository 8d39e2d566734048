#!lua flags=allow-oom
-- Accepts the result of a job. At most one is ever accepted; a cancel that came too late has no effect.
-- The slot may ask for its next job along with it.
-- ARGV: id, token, nonce, artifact (JSON), progress at the end (JSON), worker, nonce of the next claim or '', lease in
--       ms
-- Result: {'succeeded', what claim.lua gives or false}, also for a repeat, or {'lost'}.
local id, token, nonce, artifact, progress = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local job = load(id)
local worker, next_nonce, lease = ARGV[6], ARGV[7], tonumber(ARGV[8])
if not holds(job, token, nonce) then
  if not first_answer(id, 'complete', token, nonce) then return {'lost'} end
  return {'succeeded', next_nonce ~= '' and (grant_again(next_nonce) or grant_next(worker, next_nonce, lease))}
end
add_stored(job.tenant, bytes_of(artifact))
finish(job, 'succeeded', ',"attempt":' .. job.attempt .. ',"progress":' .. progress .. ',"result":' .. artifact,
       'artifact', artifact, 'progress', progress, drop_lease(job, 'complete', 'succeeded'))
-- Nothing is held under the next nonce yet: it comes with this call only.
return {'succeeded', next_nonce ~= '' and grant_next(worker, next_nonce, lease)}
