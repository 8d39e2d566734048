#!lua flags=allow-oom
-- Events of outbox_take that have been brought where they belong.
-- ARGV: 1 where they were new, their entries' ids
local ids = {unpack(ARGV, 2)}
acknowledge(ids, ARGV[1] == '1' and ids[#ids])
return 1
