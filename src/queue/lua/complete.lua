#!lua flags=allow-oom
-- Accepts the result of a job. At most one is ever accepted; a cancel that came too late has no effect.
-- ARGV: id, token, nonce, artifact (JSON), progress at the end (JSON)
-- Result: 'succeeded', also for a repeat, or 'lost'.
local id, token, nonce, artifact, progress = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local job = load(id)
if not holds(job, token, nonce) then return first_answer(id, 'complete', token, nonce) or 'lost' end
add_stored(job.tenant, bytes_of(artifact))
finish(job, 'succeeded', ',"attempt":' .. job.attempt .. ',"progress":' .. progress .. ',"result":' .. artifact,
       'artifact', artifact, 'progress', progress, drop_lease(job, 'complete', 'succeeded'))
return 'succeeded'
