-- Reads a job, of whatever tenant, and its events after a point. Each stream that is opened costs one of these, and nearly
-- all of them need no more than this: so it comes before the prelude, and ends the script.
-- ARGV: id; the last event that the one farthest behind has; that of the one farthest ahead
-- Result: {{tenant, state, seq} or false, {{entry id, {'event', kind, 'data', JSON}}, …}}.
local outline = redis.call('HMGET', KEYS[1] .. 'job:' .. ARGV[1], 'tenant', 'state', 'seq')
if not outline[1] then return {false, {}} end
local events = redis.call('XRANGE', KEYS[1] .. 'job:' .. ARGV[1] .. ':events', '(' .. ARGV[2] .. '-0', '+')
local missed = tonumber(outline[3]) - tonumber(ARGV[2])
-- As many as were missed, and ids are dense: none is trimmed.
if tonumber(ARGV[3]) <= tonumber(outline[3]) and #events == missed then return {outline, events} end
