-- title: Server
-- id: INV007
-- cost: statistics
select
    fact.name,
    fact.value
from (
    values
    (1, 'database', current_database()::text),
    (
        2, 'server',
        format('PostgreSQL %s', split_part(current_setting('server_version'), ' ', 1))
    ),
    (3, 'size', pg_size_pretty(pg_database_size(current_database()))),
    (
        4, 'role', case
            when pg_is_in_recovery() then 'replica'
            else format(
                'primary, %s replicas', (select count(*) from pg_stat_replication)
            )
        end
    ),
    (
        5, 'up since',
        to_char(pg_postmaster_start_time(), 'YYYY-MM-DD HH24:MI TZ')
    ),
    -- The archiver's clock is set when a crash or a new cluster empties all statistics.
    (
        6, 'statistics since', to_char(
            (
                select
                    greatest(
                        use.stats_reset,
                        (select archiver.stats_reset from pg_stat_archiver as archiver)
                    )
                from pg_stat_database as use
                where use.datname = current_database()
            ), 'YYYY-MM-DD HH24:MI TZ'
        )
    ),
    (7, 'audited by', current_user::text)
) as fact (place, name, value)
order by fact.place;
