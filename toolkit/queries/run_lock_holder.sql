-- The session that holds an advisory lock of two keys. class: the first. name: what the
-- second is the hash of.
select
    activity.pid,
    activity.application_name as application,
    activity.usename as role,
    activity.backend_type,
    activity.state,
    extract(epoch from clock_timestamp() - activity.xact_start)::float8 as age,
    activity.query,
    null::text as gid
from pg_catalog.pg_locks as held
inner join pg_catalog.pg_database as database on held.database = database.oid
inner join pg_catalog.pg_stat_activity as activity on held.pid = activity.pid
where
    held.locktype = 'advisory'
    and held.granted
    and held.classid = %(class)s
    and held.objid = hashtext(%(name)s)::bigint & 4294967295
    and database.datname = current_database();
