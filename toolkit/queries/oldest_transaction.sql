-- The session whose transaction is the oldest: a guess, where nobody was seen in the way.
select
    activity.pid,
    activity.application_name as application,
    activity.usename as role,
    activity.backend_type,
    activity.state,
    extract(epoch from clock_timestamp() - activity.xact_start)::float8 as age,
    activity.query,
    null::text as gid
from pg_catalog.pg_stat_activity as activity
where
    activity.datname = current_database()
    and activity.pid <> pg_backend_pid()
    and activity.backend_type = 'client backend'
    and activity.xact_start is not null
order by activity.xact_start
limit 1;
