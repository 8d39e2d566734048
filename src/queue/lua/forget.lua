#!lua flags=allow-oom
-- Drops all keys of an ended job.
-- ARGV: id, tenant or '' for any
-- Result: {'forgotten', the uploads that it used and no other job does …}, {'none'} without such a job, or
--         {'conflict'} for one that has not ended.
local id, tenant = ARGV[1], ARGV[2]
local job = load(id, 'upload', 'images', 'artifact')
if job and tenant ~= '' and job.tenant ~= tenant then return {'none'} end
if not job then
  call('ZREM', prefix .. 'ended', id)
  return {'none'}
end
if not call('ZSCORE', prefix .. 'ended', id) then return {'conflict'} end
call('DEL', job.key, job.key .. ':spec', job.key .. ':events', job.key .. ':callbacks')
call('ZREM', prefix .. 'ended', id)
end_dead(job)
call('ZREM', prefix .. 'jobs:' .. job.tenant, id)
add_stored(job.tenant, -bytes_of(job.fields[FIRST_FIELD + 2]))
local answer = {'forgotten'}
for upload in string.gmatch(job.fields[FIRST_FIELD] .. ' ' .. job.fields[FIRST_FIELD + 1], '%S+') do
  local key = prefix .. 'upload:' .. upload
  if call('HINCRBY', key, 'jobs', -1) == 0 then
    add_stored(call('HGET', key, 'tenant'), -tonumber(call('HGET', key, 'bytes')))
    call('DEL', key)
    answer[#answer + 1] = upload
  end
end
return answer
