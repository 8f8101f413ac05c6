-- The session that another one waits for in the end, behind those that wait themselves.
-- Process 0 stands for prepared transactions, which have none. pid: who waits.
with recursive chain as (
    select unnest(pg_blocking_pids(%(pid)s)) as pid
    union
    select blocker.pid
    from chain
    cross join lateral unnest(pg_blocking_pids(chain.pid)) as blocker (pid)
    where blocker.pid <> %(pid)s
)

select
    chain.pid,
    activity.application_name as application,
    activity.usename as role,
    activity.backend_type,
    activity.state,
    extract(epoch from clock_timestamp() - activity.xact_start)::float8 as age,
    activity.query,
    (
        select prepared.gid
        from pg_catalog.pg_prepared_xacts as prepared
        where chain.pid = 0 and prepared.database = current_database()
        order by prepared.prepared
        limit 1
    ) as gid
from chain
left join pg_catalog.pg_stat_activity as activity on chain.pid = activity.pid
order by
    cardinality(pg_blocking_pids(chain.pid)) asc,
    activity.xact_start asc nulls last
limit 1;
