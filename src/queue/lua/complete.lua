#!lua flags=allow-oom
-- Accepts the result of a job. At most one is ever accepted; a cancel that came too late has no effect.
-- The slot may ask for its next job along with it.
-- ARGV: id, token, nonce, artifact (JSON), progress at the end (JSON), worker, nonce of the next claim or '', lease in ms
-- Result: {'succeeded', what claim.lua gives or false}, also for a repeat, or {'lost'}.
local id, token, nonce, artifact, progress = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local job = load(id)
local function answer() return {'succeeded', ARGV[7] ~= '' and grant_next(ARGV[6], ARGV[7], tonumber(ARGV[8]))} end
if not holds(job, token, nonce) then
  return first_answer(id, 'complete', token, nonce) and answer() or {'lost'}
end
add_stored(job.tenant, bytes_of(artifact))
finish(job, 'succeeded', ',"attempt":' .. job.attempt .. ',"progress":' .. progress .. ',"result":' .. artifact,
       'artifact', artifact, 'progress', progress, drop_lease(job, 'complete', 'succeeded'))
return answer()
