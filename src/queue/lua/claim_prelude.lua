-- What claims a job: shared by claim.lua and complete.lua, and joined to them after prelude.lua.

-- High comes before normal, and normal before low; but of 16 claims with a choice one looks for low and four look for
-- normal first, so that nothing starves. Within a priority tenants take turns.
local TURNS = 16
local LOW_FIRST, NORMAL_FIRST = {'low', 'high', 'normal'}, {'normal', 'high', 'low'}
local function order_of_turn()
  local turn = call('HINCRBY', prefix .. 'stats', 'claims', '1') % TURNS
  if turn == 0 then return LOW_FIRST end
  return turn % 4 == 2 and NORMAL_FIRST or PRIORITIES
end

-- The part of a job that a claim needs, as `load` gives it; half of that one's fields.
local function load_to_grant(id)
  local key = prefix .. 'job:' .. id
  local field = call('HMGET', key, 'state', 'seq', 'attempt', 'max_attempts', 'token', 'tenant', 'created_at', 'details',
                     'started_at')
  if not field[1] then return nil end
  return {id = id, key = key, state = field[1], seq = tonumber(field[2]), attempt = tonumber(field[3]),
          max_attempts = field[4], token = tonumber(field[5]), tenant = field[6], created_at = field[7],
          details = field[8], awaits_start = (field[9] or '') == ''}
end

-- What an earlier lease may have left, to be cleared: fields and values.
local function from_before(job)
  if job.token > 1 then return 'progress', '', 'error', '' end
end

local function grant(job, deadline)
  return {job.id, text(job.token), deadline, call('GET', job.key .. ':spec'), job.attempt, job.max_attempts,
          job.created_at, job.details}
end

-- The lease that holds under this nonce, once more, or nil.
local granted = {}
local function grant_again(nonce)
  if granted[nonce] then return granted[nonce] end
  local id = call('HGET', prefix .. 'leases', nonce)
  return id and grant(load_to_grant(id), call('ZSCORE', prefix .. 'running', id)) or nil
end

-- A lease on the next job for the worker's slot, as claim.lua tells it; false where no job waits.
local function grant_next(worker, nonce, lease)
  local choices = 0
  for _, priority in ipairs(PRIORITIES) do choices = choices + math.min(#tenants_in_turn(priority), 1) end
  if choices == 0 then return false end
  for _, priority in ipairs(choices == 1 and PRIORITIES or order_of_turn()) do
    for _ = 1, BATCH do
      local id = take_ready(priority)
      if not id then break end
      local job = load_to_grant(id)
      if job and job.state == 'queued' then
        if job.awaits_start then end_await(job) end
        job.token, job.attempt = job.token + 1, job.attempt + 1
        local deadline = text(now + lease)
        later('ZADD', 'running', deadline, id)
        later('HSET', 'leases', nonce, id)
        change(job, 'started', 'running', ',"attempt":' .. job.attempt,
               'token', text(job.token), 'nonce', nonce, 'attempt', text(job.attempt), 'worker', worker,
               'started_at', now_text, from_before(job))
        granted[nonce] = grant(job, deadline)
        return granted[nonce]
      end
    end
  end
  return false
end
