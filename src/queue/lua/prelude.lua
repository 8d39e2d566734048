-- What the scripts share. What each needs of it is joined to its front, after the first line (`#!lua …`), by blocks
-- with an empty line between.
--
-- KEYS[1] is the shard's prefix, `platen:{0}:` of the first, from which all keys are made; what belongs to no job (API
-- keys, webhooks) is on the first:
--   ready:<priority>   LIST    ids that wait, claimed from the left: of the tenant `default`; other tenants have a
--                              ready:<priority>:<tenant>
--   turns:<priority>   LIST    the tenants that have such a list, each once, in the order in which it is their turn
--   bell               LIST    wake-up tokens for idle workers, at most 64
--   job:<id>           HASH    the job, its `details` as queue/job_details.hpp says; :spec STRING, its request, to the
--                              job's end where `shown_spec` is set; :events STREAM, entry id `<seq>-0`
--   running            ZSET    id by the end of its lease          leases   HASH   nonce -> id of each of these
--   delayed            ZSET    id by the time at which it is due (states delayed and retrying)
--   expiry             ZSET    id by the time until which it must have been started, of all that never were
--   waiting            HASH    tenant -> how many of these it has
--   ended              ZSET    id by the end of its retention
--   dead:<tenant>      ZSET    failed ids by the time of failing
--   jobs:<tenant>      ZSET    id by birth
--   feed:<tenant>      STREAM  all its jobs' events but progress, `e` = `<kind> <data>`, by time; feed.lua reads it
--   feeds              SET     tenants that have one: feed_trim.lua goes through them
--   upload:<id>        HASH    jobs: how many refer to it; bytes; tenant: whose stored bytes it counts among
--   stored             HASH    tenant -> bytes of its jobs' uploads and results; '' -> all tenants'
--   drained            HASH    span of 10 s -> how many jobs had ended as it began; the last seven or so
--   groups:active      HASH    <tenant>:<group> -> its one member that is ready, in work or retrying
--   group:<tenant>:<group>  LIST   its members that wait for that one, in their order; queued, but in no ready list
--   dedupe:<tenant>:<key>   STRING PX, `<id> <hash of the request>`: the first job of an idempotency key
--   content:<tenant>:<hash>  STRING PX, the last job with this report and data that wanted to be the only one
--   workers            ZSET    worker by its last word    workers:reports  HASH   worker -> what it said (JSON)
--   keys               HASH    API key's id -> the key (JSON)    keys:ends   HASH   id -> when it ends
--   keys:version       STRING  another after each change of these
--   rate:<key id>      STRING PX, the time until which the key's submits are paid for (submit.lua)
--   outbox             STREAM  one entry for each job that ended   stats    HASH   how often what happened
--   job:<id>:callbacks HASH    id of a request -> {url, lane, secret} (cmsgpack): who is told of the job's end; '' once
--                              that is done. webhook_prelude.lua has the rest of it
-- and the channels events:<id> (`<seq> <kind> <data>`) and control (ids to stop). Counts of nothing are not kept. Times
-- are milliseconds.

local prefix = KEYS[1]
local call = redis.call

local IS_FIRST = prefix == 'platen:{0}:'  -- of the shards: the others do not know who has webhooks
local PRIORITIES = {'high', 'normal', 'low'}
local MOST_EVENTS = 200        -- kept of each job, about; more are trimmed from the old end
local MOST_FEED = '100000'     -- events of a tenant's feed, about; older ones go, before their time
local MOST_BELLS = 64
local MOST_CRASHES = 3         -- renderers that die under a job before it counts as poison
local MOST_POSITION = 999      -- up to which a place in the queue is exact
local MOST_TENANTS = '100'     -- that wait in one priority, likewise
local BATCH = 100              -- ids that one sweep handles

local clock = call('TIME')
local now = clock[1] * 1000 + (clock[2] - clock[2] % 1000) / 1000

-- A number as text. What is left to Redis's own conversion is printed as a floating-point number, which costs more.
local function text(number) return string.format('%d', number) end
local now_text = text(now)
local now_date  -- `now` by RFC 3339, once a change has asked for it

-- RFC 3339, UTC, milliseconds. The date by Howard Hinnant's civil_from_days, where (a - a % b) / b is a divided by b
-- without its rest: a call of math.floor costs more than all of the arithmetic.
local function rfc3339(ms)
  local left = ms % 86400000
  local day = (ms - left) / 86400000 + 719468
  local day_of_era = day % 146097
  local era = (day - day_of_era) / 146097
  local years = day_of_era - (day_of_era - day_of_era % 1460) / 1460 + (day_of_era - day_of_era % 36524) / 36524
                - (day_of_era - day_of_era % 146096) / 146096
  local year_of_era = (years - years % 365) / 365
  local day_of_year = day_of_era - 365 * year_of_era - (year_of_era - year_of_era % 4) / 4
                      + (year_of_era - year_of_era % 100) / 100
  local months = 5 * day_of_year + 2
  local month_from_march = (months - months % 153) / 153
  local days_before = 153 * month_from_march + 2
  local month = month_from_march < 10 and month_from_march + 3 or month_from_march - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  local minute_ms = left % 3600000
  local second_ms = left % 60000
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month,
                       day_of_year - (days_before - days_before % 5) / 5 + 1, (left - minute_ms) / 3600000,
                       (minute_ms - second_ms) / 60000, (second_ms - left % 1000) / 1000, left % 1000)
end

-- What several calls (answer_each) do to the tables that all jobs share is gathered, by command and key, and done when all
-- are answered, with one command for each: most of what a command costs is not its work. Otherwise it is done at once.
-- What is read of these tables meanwhile is what was there before.
local gathered
local function later(command, name, first, second)
  local key = prefix .. name
  if gathered then
    local words = gathered[command][key] or {}
    gathered[command][key] = words
    words[#words + 1] = first
    words[#words + 1] = second
  elseif command == 'ZADD' then
    call('ZADD', key, first, second)
  elseif command == 'ZREM' then
    call('ZREM', key, first)
  elseif command == 'HSET' then
    call('HSET', key, first, second)
  else
    call('HDEL', key, first)
  end
end

-- Adds to a count in a hash, with the rest of what is gathered. What comes to nothing is not kept.
local function add_to(hash, field, amount)
  local key = prefix .. hash
  if gathered then
    local sums = gathered.counts[key] or {}
    gathered.counts[key] = sums
    sums[field] = (sums[field] or 0) + amount
  elseif call('HINCRBY', key, field, amount) == 0 then
    call('HDEL', key, field)
  end
end

local function count(kind, by) add_to('stats', kind, by or '1') end

-- Wakes a worker, likewise.
local function ring_bell()
  if gathered then
    gathered.rings = gathered.rings + 1
  elseif call('LLEN', prefix .. 'bell') < MOST_BELLS then
    call('RPUSH', prefix .. 'bell', '1')
  end
end

-- What `answer` gives for each call that several made in one (queue/call_batches.hpp): ARGV has, from `first` on, how
-- many words one has, and these. Where it fails an error stands in its place, and the others are as they would be.
local function answer_each(first, answer)
  local answers, at = {}, first
  if ARGV[at] and ARGV[at + 1 + ARGV[at]] then
    gathered = {ZADD = {}, ZREM = {}, HSET = {}, HDEL = {}, counts = {}, rings = 0}
  end
  while ARGV[at] do
    local last = at + ARGV[at]
    local worked, given = pcall(answer, unpack(ARGV, at + 1, last))
    answers[#answers + 1] = (worked or type(given) == 'table') and given or redis.error_reply(given)
    at = last + 1
  end
  if not gathered then return answers end
  local all = gathered
  gathered = nil
  for key, words in pairs(all.ZREM) do call('ZREM', key, unpack(words)) end
  for key, words in pairs(all.ZADD) do call('ZADD', key, unpack(words)) end
  for key, words in pairs(all.HDEL) do call('HDEL', key, unpack(words)) end
  for key, words in pairs(all.HSET) do call('HSET', key, unpack(words)) end
  for key, sums in pairs(all.counts) do
    for field, sum in pairs(sums) do
      if sum ~= 0 and call('HINCRBY', key, field, text(sum)) == 0 then call('HDEL', key, field) end
    end
  end
  local tokens = {}
  local room = all.rings > 0 and MOST_BELLS - call('LLEN', prefix .. 'bell') or 0
  for i = 1, math.min(all.rings, room) do tokens[i] = '1' end
  if tokens[1] then call('RPUSH', prefix .. 'bell', unpack(tokens)) end
  return answers
end

-- The part of a job that changes are decided by, or nil. The fields named in `...` stand in `fields`, from
-- FIRST_FIELD on.
local FIRST_FIELD = 13
local function load(id, ...)
  local key = prefix .. 'job:' .. id
  local field = call('HMGET', key, 'state', 'seq', 'attempt', 'max_attempts', 'crashes', 'token', 'nonce', 'priority',
                     'retention', 'tenant', 'group', 'shown_spec', ...)
  if not field[1] then return nil end
  return {id = id, key = key, state = field[1], seq = tonumber(field[2]), attempt = tonumber(field[3]),
          max_attempts = tonumber(field[4]), crashes = tonumber(field[5]), token = tonumber(field[6]), nonce = field[7],
          priority = field[8], retention = tonumber(field[9]), tenant = field[10], group = field[11],
          drops_spec = field[12], fields = field}
end

-- One change of a job: its new state and `fields` (pairs) are stored, the event is kept and published, and all but
-- progress stands in the tenant's feed. `members` is JSON that stands in the event after its status: a text of
-- `,"name":value`.
local function change(job, kind, state, members, ...)
  job.seq = job.seq + 1
  job.state = state
  local seq = text(job.seq)
  now_date = now_date or rfc3339(now)
  call('HSET', job.key, 'state', state, 'seq', seq, ...)
  local data = '{"job":"' .. job.id .. '","seq":' .. seq .. ',"status":"' .. state .. '"' .. members .. ',"at":"'
               .. now_date .. '"}'
  if job.seq <= MOST_EVENTS then
    call('XADD', job.key .. ':events', seq .. '-0', 'event', kind, 'data', data)
  else
    call('XADD', job.key .. ':events', 'MAXLEN', '~', MOST_EVENTS, seq .. '-0', 'event', kind, 'data', data)
  end
  local message = kind .. ' ' .. data
  call('PUBLISH', prefix .. 'events:' .. job.id, seq .. ' ' .. message)
  -- Not published: who reads it live blocks on it (queue/feed_tail.hpp), which costs nothing where nobody does.
  if kind == 'progress' then return end
  call('XADD', prefix .. 'feed:' .. job.tenant, 'MAXLEN', '~', MOST_FEED, '*', 'e', message)
end

-- Uploads and results of a tenant's jobs: so many bytes more, or fewer.
local function add_stored(tenant, bytes)
  if bytes == 0 then return end
  local amount = text(bytes)
  add_to('stored', tenant, amount)
  add_to('stored', '', amount)
end

-- The size of a result that is given as JSON, 0 for none.
local function bytes_of(artifact) return tonumber(string.match(artifact or '', '"bytes":(%d+)') or 0) end

-- The rate at which jobs end is known for the last minute, by spans of 10 s: reap.lua notes how many had ended when
-- each began.
local SPAN = 10000
local SPANS = 6
local span = (now - now % SPAN) / SPAN

local function ended_in_all()
  local sum = 0
  for _, times in ipairs(call('HMGET', prefix .. 'stats', 'succeeded', 'failed', 'canceled', 'expired')) do
    sum = sum + (times or 0)
  end
  return sum
end
