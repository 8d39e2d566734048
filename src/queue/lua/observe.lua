#!lua flags=no-writes,allow-oom
-- Reads how the queue stands, of all tenants together and of the one that asks, and its workers.
-- ARGV: how long a worker lives after its last word, in ms; the tenant that asks
-- Result: {{jobs in ready:high, age of the oldest in ms}, the same of normal, of low, jobs in delayed, in running, in
--         ended, in expiry, stored bytes, {the tenant's jobs in expiry, its stored bytes}, entries of the outbox,
--         {what, how often, …}, {name, report, seen at, …}}.
local MOST_WORKERS = 500
local MOST_LISTED = 1000  -- tenants that wait in one priority; more are not counted

-- Of each tenant's list the first is the oldest, but for one that was tried already.
local function backlog(priority)
  local waiting, age = 0, 0
  for _, tenant in ipairs(call('LRANGE', turns_key(priority), 0, MOST_LISTED)) do
    local list = ready_key(priority, tenant)
    local first = call('LINDEX', list, 0)
    local birth = first and call('HGET', prefix .. 'job:' .. first, 'created_at')
    waiting, age = waiting + call('LLEN', list), math.max(age, birth and now - birth or 0)
  end
  return {waiting, age}
end

local answer = {}
for i, priority in ipairs(PRIORITIES) do answer[i] = backlog(priority) end
for _, index in ipairs({'delayed', 'running', 'ended', 'expiry'}) do
  answer[#answer + 1] = call('ZCARD', prefix .. index)
end
answer[#answer + 1] = tonumber(call('HGET', prefix .. 'stored', '') or 0)
local function of_tenant(what) return tonumber(call('HGET', prefix .. what, ARGV[2]) or 0) end
answer[#answer + 1] = {of_tenant('waiting'), of_tenant('stored')}
answer[#answer + 1] = call('XLEN', prefix .. 'outbox')
answer[#answer + 1] = call('HGETALL', prefix .. 'stats')
local workers = {}
local alive = call('ZRANGEBYSCORE', prefix .. 'workers', now - ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, MOST_WORKERS)
for i = 1, #alive, 2 do
  local report = call('HGET', prefix .. 'workers:reports', alive[i])
  if report then
    workers[#workers + 1], workers[#workers + 2], workers[#workers + 3] = alive[i], report, alive[i + 1]
  end
end
answer[#answer + 1] = workers
return answer
