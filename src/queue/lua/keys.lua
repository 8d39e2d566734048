#!lua flags=no-writes,allow-oom
-- Reads all API keys, where they are of another version.
-- ARGV: the version that is known; ' ' for none
-- Result: false where it is the same; else {version, {id, key (JSON), …}, {id, end in ms, …}}.
local version = call('GET', prefix .. 'keys:version') or 'none'
if version == ARGV[1] then return false end
return {version, call('HGETALL', prefix .. 'keys'), call('HGETALL', prefix .. 'keys:ends')}
