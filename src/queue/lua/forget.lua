#!lua flags=allow-oom
-- Drops all keys of ended jobs.
-- ARGV: ids (a space between), tenant or '' for any
-- Result: {the uploads (a space between) that they used and no other job does, then of each id, in order: 'forgotten',
--         'none' without such a job, or 'conflict' for one that has not ended}.
local unused = {}

local function release_upload(upload)
  local key = prefix .. 'upload:' .. upload
  if call('HINCRBY', key, 'jobs', -1) ~= 0 then return end
  add_stored(call('HGET', key, 'tenant'), -tonumber(call('HGET', key, 'bytes')))
  call('DEL', key)
  unused[#unused + 1] = upload
end

local function forget(id, tenant)
  local job = load(id, 'uploads', 'artifact')
  if job and tenant ~= '' and job.tenant ~= tenant then return 'none' end
  if not job then
    call('ZREM', prefix .. 'ended', id)
    return 'none'
  end
  if not call('ZSCORE', prefix .. 'ended', id) then return 'conflict' end
  call('DEL', job.key, job.key .. ':spec', job.key .. ':events', job.key .. ':callbacks')
  call('ZREM', prefix .. 'ended', id)
  end_dead(job)
  call('ZREM', prefix .. 'jobs:' .. job.tenant, id)
  add_stored(job.tenant, -bytes_of(job.fields[FIRST_FIELD + 1]))
  for upload in string.gmatch(job.fields[FIRST_FIELD] or '', '(%S+) %d+') do release_upload(upload) end
  return 'forgotten'
end

local answer = {''}
for id in string.gmatch(ARGV[1], '%S+') do answer[#answer + 1] = forget(id, ARGV[2]) end
answer[1] = table.concat(unused, ' ')
return answer
