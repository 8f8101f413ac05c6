-- What the open transaction has done so far to each relation that is not the server's own.
with database as (
    select database.oid from pg_catalog.pg_database as database
    where database.datname = current_database()
),

locks as (
    select
        held.relation,
        array_agg(distinct held.mode) as modes
    from pg_catalog.pg_locks as held
    inner join database on held.database = database.oid
    where held.locktype = 'relation' and held.granted and held.pid = pg_backend_pid()
    group by held.relation
)

select
    class.oid::bigint as oid,
    format('%I.%I', namespace.nspname, class.relname) as name,
    class.relkind::text as kind,
    coalesce(pg_relation_filenode(class.oid), 0)::bigint as filenode,
    pg_stat_get_xact_numscans(class.oid) as scans,
    pg_stat_get_xact_tuples_inserted(class.oid) as inserted,
    pg_stat_get_xact_tuples_updated(class.oid) as updated,
    pg_stat_get_xact_tuples_deleted(class.oid) as deleted,
    case when class.relispartition then coalesce(parent.inhparent, 0) else 0 end::bigint
        as parent,
    coalesce(locks.modes, '{}'::text[]) as modes
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
left join pg_catalog.pg_inherits as parent
    on class.oid = parent.inhrelid and class.relispartition
left join locks on class.oid = locks.relation
where
    class.relkind in ('r', 'p', 'm', 'i', 'I', 'v', 'f')
    and namespace.nspname !~ '^pg_'
    and namespace.nspname <> 'information_schema';
