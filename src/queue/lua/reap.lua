#!lua flags=allow-oom
-- Takes back the jobs whose leases have lapsed: each goes on after a backoff, or ends.
-- ARGV: error (JSON), backoff base in ms, its cap in ms
-- Result: how many jobs it changed.
local PAUSE = 5000   -- without a look at the leases, after which the holders get time to renew
local GRACE = 10000  -- this much: who waited for Redis, or renews every 5 s, has done so by then
local err, base, cap = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local changed = 0

-- Moves what `index` has beyond the time of the last look to where it was seen from there; `state` is '' for any.
local function set_back(index, last, upto, state)
  local ids = call('ZRANGEBYSCORE', prefix .. index, '(' .. last, upto, 'WITHSCORES')
  for i = 1, #ids, 2 do
    if state == '' or call('HGET', prefix .. 'job:' .. ids[i], 'state') == state then
      call('ZADD', prefix .. index, now + (ids[i + 1] - last), ids[i])
    end
  end
end

-- A Redis that was away, or whose clock was set, is not the fault of those who hold leases. Once: where looks are
-- always late, leases lapse all the same.
local last = tonumber(call('HGET', prefix .. 'stats', 'reaped_at') or now)
local was_late = call('HGET', prefix .. 'stats', 'reaped_late') == '1'
local is_late = now - last > PAUSE
if last - now > PAUSE then
  set_back('running', last, '+inf', '')
  set_back('delayed', last, last + cap, 'retrying')
elseif is_late and not was_late then
  for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'running', '(' .. last, now + GRACE)) do
    call('ZADD', prefix .. 'running', now + GRACE, id)
  end
end
call('HSET', prefix .. 'stats', 'reaped_at', now, 'reaped_late', is_late and '1' or '0')

local drained = prefix .. 'drained'
if call('HSETNX', drained, text(span), ended_in_all()) == 1 then
  call('PEXPIRE', drained, (SPANS + 1) * SPAN)
  for _, old in ipairs(call('HKEYS', drained)) do
    if tonumber(old) < span - SPANS then call('HDEL', drained, old) end
  end
end

for _, id in ipairs(call('ZRANGEBYSCORE', prefix .. 'running', '-inf', now, 'LIMIT', 0, BATCH)) do
  local job = load(id)
  if job and is_held(job) then
    if job.state == 'canceling' then
      finish_canceled(job, drop_lease(job, 'reap', 'canceled'))
    elseif has_attempts_left(job) then
      retry(job, err, base, cap, drop_lease(job, 'reap', 'retrying'))
    else
      give_up(job, err, drop_lease(job, 'reap', 'failed'))
    end
    changed = changed + 1
  else
    call('ZREM', prefix .. 'running', id)
  end
end
return changed
