#!lua flags=no-writes,allow-oom
-- Reads a job.
-- ARGV: id, tenant
-- Result: the job (snapshot), or false.
return snapshot(ARGV[1], ARGV[2])
