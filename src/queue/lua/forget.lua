#!lua flags=allow-oom
-- Drops all keys of an ended job.
-- ARGV: id, tenant or '' for any
-- Result: {'forgotten', the uploads that it used and no other job does …}, {'none'} without such a job, or
--         {'conflict'} for one that has not ended.
local id, tenant = ARGV[1], ARGV[2]
local job = load(id, 'upload', 'images')
if job and tenant ~= '' and job.tenant ~= tenant then return {'none'} end
if not job then
  call('ZREM', prefix .. 'ended', id)
  return {'none'}
end
if not call('ZSCORE', prefix .. 'ended', id) then return {'conflict'} end
call('DEL', job.key, job.key .. ':spec', job.key .. ':events')
call('ZREM', prefix .. 'ended', id)
call('ZREM', prefix .. 'dead:' .. job.tenant, id)
call('ZREM', prefix .. 'jobs:' .. job.tenant, id)
local answer = {'forgotten'}
for upload in string.gmatch(job.fields[FIRST_FIELD] .. ' ' .. job.fields[FIRST_FIELD + 1], '%S+') do
  if call('DECR', prefix .. 'upload:' .. upload) == 0 then
    call('DEL', prefix .. 'upload:' .. upload)
    answer[#answer + 1] = upload
  end
end
return answer
