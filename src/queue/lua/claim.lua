#!lua flags=allow-oom
-- Grants a lease on the next job. A repeat with the same nonce, while that lease holds, gets the same grant.
-- ARGV: worker, nonce, lease in ms
-- Result: {id, token, deadline, spec, attempt, max_attempts, upload, filename, created_at, timeout, request_id,
--          images}, or false where no job waits.
-- High comes before normal, and normal before low, but of 16 claims one looks for low and four look for normal first,
-- so that nothing starves.
local TURNS = 16
local LOW_FIRST, NORMAL_FIRST = {'low', 'high', 'normal'}, {'normal', 'high', 'low'}
local worker, nonce, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])

local function load_all(id) return load(id, 'upload', 'filename', 'created_at', 'timeout', 'request_id', 'images') end

local function grant(job, deadline)
  return {job.id, tostring(job.token), tostring(deadline), call('GET', job.key .. ':spec'), job.attempt,
          job.max_attempts, unpack(job.fields, FIRST_FIELD)}
end

local held = call('HGET', prefix .. 'leases', nonce)
if held then return grant(load_all(held), call('ZSCORE', prefix .. 'running', held)) end

local turn = call('HINCRBY', prefix .. 'stats', 'claims', 1) % TURNS
local order = PRIORITIES
if turn == 0 then
  order = LOW_FIRST
elseif turn % 4 == 2 then
  order = NORMAL_FIRST
end
for _, priority in ipairs(order) do
  for _ = 1, BATCH do
    local id = call('LPOP', prefix .. 'ready:' .. priority)
    if not id then break end
    local job = load_all(id)
    if job and job.state == 'queued' then
      if job.attempt == 0 then end_await(job) end
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
