#!lua flags=allow-oom
-- The next events of this shard's outbox, for whoever brings them to the first shard, where webhooks are. One that is
-- not acknowledged comes again ten seconds later, which is more than who brings them takes.
-- Result: {1 where they are new, {entry id, {name, value, …}}, …}
local entries, are_new = read(10 * 1000)
if #entries == 0 and call('EXISTS', outbox) == 1 then trim(nil) end
return {are_new and 1 or 0, unpack(entries)}
