#!lua flags=allow-oom
-- Takes events of another shard's outbox into this one's. What is put here twice makes one delivery.
-- ARGV: of each event, how many names and values it has, then these
local at = 1
while at < #ARGV do
  local last = at + tonumber(ARGV[at])
  call('XADD', prefix .. 'outbox', '*', unpack(ARGV, at + 1, last))
  at = last + 1
end
return 1
