#!lua flags=allow-oom
-- Drops all keys of an ended job.
-- ARGV: id
-- Result: 'unused' when its upload is no other job's, 'kept' otherwise, 'none' without such a job,
--         'conflict' for one that has not ended.
local id = ARGV[1]
local job = load(id, 'upload')
if not job then
  call('ZREM', prefix .. 'ended', id)
  return 'none'
end
if not call('ZSCORE', prefix .. 'ended', id) then return 'conflict' end
local upload = job.fields[11]
call('DEL', job.key, job.key .. ':spec', job.key .. ':events')
call('ZREM', prefix .. 'ended', id)
call('ZREM', prefix .. 'dead', id)
call('ZREM', prefix .. 'jobs:' .. job.tenant, id)
if upload == '' then return 'kept' end
if call('DECR', prefix .. 'upload:' .. upload) > 0 then return 'kept' end
call('DEL', prefix .. 'upload:' .. upload)
return 'unused'
