#!lua flags=allow-oom
-- Extends a lease and, with progress, publishes it.
-- ARGV: id, token, nonce, lease in ms, progress (JSON) or ''
-- Result: {'held' | 'cancel_requested', the new deadline}, or {'lost'}.
local id, token, nonce, lease, progress = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local job = load(id)
if not holds(job, token, nonce) then return {'lost'} end
local deadline = text(now + lease)
call('ZADD', prefix .. 'running', deadline, id)
if progress ~= '' then
  change(job, 'progress', job.state, ',"attempt":' .. job.attempt .. ',"progress":' .. progress, 'progress', progress)
end
return {job.state == 'canceling' and 'cancel_requested' or 'held', deadline}
