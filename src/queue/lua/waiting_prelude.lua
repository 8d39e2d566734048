-- Where jobs wait: ready lists and the tenants' turns, groups, the time of waiting and the place in the queue. After
-- prelude.lua, in all scripts that need of it.

-- Tenants take turns, so that none waits for all that another has put there.
local function ready_key(priority, tenant)
  return prefix .. 'ready:' .. priority .. (tenant == 'default' and '' or ':' .. tenant)
end
local function turns_key(priority) return prefix .. 'turns:' .. priority end

-- The tenants whose turn it is in a priority, one more than MOST_TENANTS at most, and the length of a list: as this script leaves
-- them, asked for again only where that is not known.
local turns, lengths = {}, {}
local function tenants_in_turn(priority)
  turns[priority] = turns[priority] or call('LRANGE', turns_key(priority), '0', MOST_TENANTS)
  return turns[priority]
end
local function length_of(ready)
  lengths[ready] = lengths[ready] or call('LLEN', ready)
  return lengths[ready]
end

-- Puts a job into its tenant's list, at the `head` or the tail, and wakes a worker. Returns how many the list holds.
local function make_ready(job, at_head)
  ring_bell()
  local ready = ready_key(job.priority, job.tenant)
  local length = at_head and call('LPUSH', ready, job.id) or call('RPUSH', ready, job.id)
  lengths[ready] = length
  if length == 1 then
    call('RPUSH', turns_key(job.priority), job.tenant)
    turns = {}
  end
  return length
end

-- Takes the first id of the tenant whose turn it is, or nil where none has any. Turns change only where there are two.
local function take_ready(priority)
  local tenant, following = unpack(tenants_in_turn(priority), 1, 2)
  if not tenant then return nil end
  local ready = ready_key(priority, tenant)
  local left = length_of(ready) - 1
  local id = call('LPOP', ready)
  lengths[ready] = left
  if left > 0 and not following then return id end
  turns = {}
  call('LPOP', turns_key(priority))
  if left > 0 then call('RPUSH', turns_key(priority), tenant) end
  return id
end

-- Takes a job out of its tenant's list.
local function unready(job)
  local ready = ready_key(job.priority, job.tenant)
  local removed = call('LREM', ready, 1, job.id)
  lengths[ready] = nil
  if removed == 1 and length_of(ready) == 0 then
    call('LREM', turns_key(job.priority), 1, job.tenant)
    turns = {}
  end
end

-- Of a group at most one member is ready, in work or retrying; the others wait in the group's list.
local function group_name(job) return job.tenant .. ':' .. job.group end
local function waits_in_group(job)
  return job.group ~= '' and call('HGET', prefix .. 'groups:active', group_name(job)) ~= job.id
end

-- Lets a job into the queue that is not in it: to the end of its group, or of its list. Returns what make_ready does,
-- or nil for one that waits in its group.
local function enqueue(job)
  if job.group ~= '' and call('HSETNX', prefix .. 'groups:active', group_name(job), job.id) == 0 then
    call('RPUSH', prefix .. 'group:' .. group_name(job), job.id)
    return nil
  end
  return make_ready(job, false)
end

-- What has ended makes room for the next of its group.
local function leave_group(job)
  if job.group == '' or waits_in_group(job) then return end
  local following = call('LPOP', prefix .. 'group:' .. group_name(job))
  if following then
    call('HSET', prefix .. 'groups:active', group_name(job), following)
    local priority = call('HGET', prefix .. 'job:' .. following, 'priority')
    make_ready({id = following, tenant = job.tenant, priority = priority}, false)
  else
    call('HDEL', prefix .. 'groups:active', group_name(job))
  end
end

-- From `due` on a job that is new may wait for so long (ms) until it must have been started.
local function await_start(job, due, expiry)
  later('ZADD', 'expiry', text(due + expiry), job.id)
  add_to('waiting', job.tenant, '1')
end

-- A job that awaits its start is started now, or never will be.
local function end_await(job)
  later('ZREM', 'expiry', job.id)
  add_to('waiting', job.tenant, '-1')
end

-- Takes a waiting job out of where it waits.
local function withdraw(job)
  if job.state ~= 'queued' then
    call('ZREM', prefix .. 'delayed', job.id)
  elseif waits_in_group(job) then
    call('LREM', prefix .. 'group:' .. group_name(job), 1, job.id)
  else
    unready(job)
  end
  if (call('HGET', job.key, 'started_at') or '') == '' then end_await(job) end
end

-- The place in the queue of a job that is the `rank`th of its tenant's list (nil where it is in none), or -1 beyond
-- MOST_POSITION or MOST_TENANTS. Before it come all of higher priorities, and of each other tenant as many as have
-- their turns before.
local function place(priority, tenant, rank)
  if not rank or rank > MOST_POSITION then return -1 end
  local before = 0
  for _, name in ipairs(PRIORITIES) do
    local is_own, turns_before = name == priority, rank
    local tenants = tenants_in_turn(name)
    if #tenants > tonumber(MOST_TENANTS) then return -1 end
    for _, other in ipairs(tenants) do
      if is_own and other == tenant then
        turns_before = rank - 1
      else
        local waiting = length_of(ready_key(name, other))
        before = before + (is_own and math.min(waiting, turns_before) or waiting)
      end
    end
    if is_own then break end
  end
  local position = rank + before
  return position <= MOST_POSITION and position or -1
end

local function position(id, priority, tenant)
  local index = call('LPOS', ready_key(priority, tenant), id, 'MAXLEN', MOST_POSITION)
  return place(priority, tenant, index and index + 1)
end

-- A job as queue/job_reply.cpp reads it, or false where there is none (or it is another tenant's; '' is any).
local function snapshot(id, tenant)
  local job = call('HMGET', prefix .. 'job:' .. id, 'tenant', 'details', 'state', 'seq', 'progress', 'attempt',
                   'max_attempts', 'crashes', 'created_at', 'started_at', 'ended_at', 'error', 'artifact', 'tags',
                   'priority')
  if not job[1] or (tenant ~= '' and job[1] ~= tenant) then return false end
  job[16] = job[3] == 'queued' and position(id, job[15], job[1]) or -1
  job[17] = id
  return job
end
