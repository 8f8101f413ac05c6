-- Sessions that hold a lock on one of the named relations or on a partition of one, and those
-- whose transaction has been open for long. long: seconds.
with recursive wanted as (
    select
        asked.name,
        coalesce(
            (
                select index.indrelid from pg_catalog.pg_index as index
                where index.indexrelid = to_regclass(asked.name)
            ),
            to_regclass(asked.name)
        )::oid as root
    from unnest(%(names)s::text[]) as asked (name)
),

members as (
    select
        wanted.root,
        wanted.root as member
    from wanted
    where wanted.root is not null
    union
    select
        members.root,
        child.inhrelid as member
    from members
    inner join pg_catalog.pg_inherits as child on members.member = child.inhparent
),

held as (
    select
        lock.pid,
        wanted.name,
        array_agg(distinct lock.mode) as modes
    from wanted
    inner join members on wanted.root = members.root
    inner join pg_catalog.pg_locks as lock on members.member = lock.relation
    inner join pg_catalog.pg_database as database on lock.database = database.oid
    where
        lock.locktype = 'relation'
        and lock.granted
        and lock.pid is distinct from pg_backend_pid()
        and database.datname = current_database()
    group by lock.pid, wanted.name
)

select
    coalesce(held.pid, activity.pid) as pid,
    coalesce(activity.usename::text, '') as role,
    coalesce(activity.application_name, '') as application,
    coalesce(activity.state, 'prepared transaction') as state,
    extract(epoch from statement_timestamp() - activity.xact_start)::float as seconds,
    coalesce(left(regexp_replace(activity.query, '\s+', ' ', 'g'), 120), '') as query,
    held.name,
    held.modes
from held
full join pg_catalog.pg_stat_activity as activity on held.pid = activity.pid
where
    held.name is not null
    or (
        activity.datname = current_database()
        and activity.pid <> pg_backend_pid()
        and activity.backend_type = 'client backend'
        and activity.xact_start < statement_timestamp() - make_interval(secs => %(long)s)
    )
order by seconds desc nulls first, pid, held.name;
