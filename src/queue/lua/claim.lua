#!lua flags=allow-oom
-- Grants a lease on the next job. A repeat with the same nonce, while that lease holds, gets the same grant.
-- ARGV: worker, nonce, lease in ms
-- Result: {id, token, deadline, spec, upload, filename, created_at, attempt, max_attempts, timeout, request_id,
--          images}, or false where no job waits.
local worker, nonce, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])

local function load_all(id) return load(id, 'upload', 'filename', 'created_at', 'timeout', 'request_id', 'images') end

local function grant(job, deadline)
  local field = job.fields
  return {job.id, tostring(job.token), tostring(deadline), call('GET', job.key .. ':spec'), field[11], field[12],
          field[13], job.attempt, job.max_attempts, field[14], field[15], field[16]}
end

local held = call('HGET', prefix .. 'leases', nonce)
if held then return grant(load_all(held), call('ZSCORE', prefix .. 'running', held)) end

for _, priority in ipairs(PRIORITIES) do
  for _ = 1, BATCH do
    local id = call('LPOP', prefix .. 'ready:' .. priority)
    if not id then break end
    local job = load_all(id)
    if job and job.state == 'queued' then
      job.token, job.attempt = job.token + 1, job.attempt + 1
      call('ZADD', prefix .. 'running', now + lease, id)
      call('HSET', prefix .. 'leases', nonce, id)
      change(job, 'started', 'running', ',"attempt":' .. job.attempt,
             'token', job.token, 'nonce', nonce, 'attempt', job.attempt, 'worker', worker, 'started_at', now,
             'progress', '', 'error', '')
      return grant(job, now + lease)
    end
  end
end
return false
