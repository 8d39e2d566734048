#!lua flags=no-writes,allow-oom
-- Reads a job, of whatever tenant, and its events after a point.
-- ARGV: id, seq
-- Result: {the job (snapshot) or false, {{entry id, {'event', kind, 'data', JSON}}, …}}.
local id = ARGV[1]
return {snapshot(id, ''), call('XRANGE', prefix .. 'job:' .. id .. ':events', '(' .. ARGV[2] .. '-0', '+')}
