#!lua flags=allow-oom
-- Accepts the results of jobs. At most one is ever accepted of each; a cancel that came too late has no effect.
-- Each slot may ask for its next job along with it.
-- ARGV: of each job, how many words tell of its end, and these: id, token, nonce, artifact (JSON), progress at the end
--       (JSON), worker, nonce of the next claim or '', lease in ms
-- Result: of each, in their order: {'succeeded', what claim.lua gives or false}, also for a repeat; {'lost'}; or an
--         error, which is this job's alone.
local function complete(id, token, nonce, artifact, progress, worker, next_nonce, lease)
  local job = load(id)
  local duration = tonumber(lease)
  if not holds(job, token, nonce) then
    if not first_answer(id, 'complete', token, nonce) then return {'lost'} end
    return {'succeeded', next_nonce ~= '' and (grant_again(next_nonce) or grant_next(worker, next_nonce, duration))}
  end
  add_stored(job.tenant, bytes_of(artifact))
  finish(job, 'succeeded', ',"attempt":' .. job.attempt .. ',"progress":' .. progress .. ',"result":' .. artifact,
         'artifact', artifact, 'progress', progress, drop_lease(job, 'complete', 'succeeded'))
  -- Nothing is held under the next nonce yet: it comes with this call only.
  return {'succeeded', next_nonce ~= '' and grant_next(worker, next_nonce, duration)}
end

return answer_each(1, complete)
