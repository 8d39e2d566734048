#!lua flags=no-writes,allow-oom
-- The rare end of replay_outline.lua, which comes before the prelude: somebody cannot go on from where they are, and
-- needs the job as it is.
-- Result: {the job (snapshot), events}, events as there.
return {snapshot(ARGV[1], ''), events}
