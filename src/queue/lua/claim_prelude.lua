-- What claims a job: shared by claim.lua and complete.lua, and joined to them after prelude.lua.

-- A lease on the next job for the worker's slot; the same once more while one under this nonce holds. Claim.lua tells
-- what it is; false where no job waits.
-- High comes before normal, and normal before low, but of 16 claims one looks for low and four look for normal first,
-- so that nothing starves. Within a priority tenants take turns.
local TURNS = 16
local LOW_FIRST, NORMAL_FIRST = {'low', 'high', 'normal'}, {'normal', 'high', 'low'}
local function load_all(id) return load(id, 'upload', 'filename', 'created_at', 'timeout', 'request_id', 'images') end

local function grant(job, deadline)
  return {job.id, text(job.token), deadline, call('GET', job.key .. ':spec'), job.attempt, job.max_attempts,
          unpack(job.fields, FIRST_FIELD)}
end

local function grant_next(worker, nonce, lease)
  local held = call('HGET', prefix .. 'leases', nonce)
  if held then return grant(load_all(held), call('ZSCORE', prefix .. 'running', held)) end

  local turn = call('HINCRBY', prefix .. 'stats', 'claims', '1') % TURNS
  local order = PRIORITIES
  if turn == 0 then
    order = LOW_FIRST
  elseif turn % 4 == 2 then
    order = NORMAL_FIRST
  end
  for _, priority in ipairs(order) do
    for _ = 1, BATCH do
      local id = take_ready(priority)
      if not id then break end
      local job = load_all(id)
      if job and job.state == 'queued' then
        if job.attempt == 0 then end_await(job) end
        job.token, job.attempt = job.token + 1, job.attempt + 1
        local deadline = text(now + lease)
        call('ZADD', prefix .. 'running', deadline, id)
        call('HSET', prefix .. 'leases', nonce, id)
        change(job, 'started', 'running', ',"attempt":' .. job.attempt,
               'token', text(job.token), 'nonce', nonce, 'attempt', text(job.attempt), 'worker', worker,
               'started_at', now_text, 'progress', '', 'error', '')
        return grant(job, deadline)
      end
    end
  end
  return false
end
