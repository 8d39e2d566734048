#!lua flags=no-writes,allow-oom
-- Reads how the queue stands, of all tenants together, and its workers.
-- ARGV: how long a worker lives after its last word, in ms
-- Result: {{jobs in ready:high, age of the oldest in ms}, the same of normal, of low, jobs in delayed, in running, in
--         ended, in expiry, stored bytes, entries of the outbox, {what, how often, …}, {name, report, seen at, …}}.
local MOST_WORKERS = 500

local function backlog(priority)
  local list = prefix .. 'ready:' .. priority
  local first = call('LINDEX', list, 0)
  local birth = first and call('HGET', prefix .. 'job:' .. first, 'created_at')
  return {call('LLEN', list), birth and math.max(0, now - birth) or 0}
end

local answer = {}
for i, priority in ipairs(PRIORITIES) do answer[i] = backlog(priority) end
for _, index in ipairs({'delayed', 'running', 'ended', 'expiry'}) do
  answer[#answer + 1] = call('ZCARD', prefix .. index)
end
answer[#answer + 1] = tonumber(call('HGET', prefix .. 'stored', '') or 0)
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
