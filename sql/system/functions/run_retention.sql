create or replace function system.run_retention()
returns text
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        string_agg(
            format('%s: %s removed, %s left', done.policy, done.removed_rows, done.left_rows)
            || coalesce(', failed with ' || done.error, ''),
            '; '
        ),
        'nothing was due'
    )
    from system.apply_retention() as done
    where
        done.removed_rows > 0
        or done.removed_partitions > 0
        or done.left_rows > 0
        or done.error is not null;
$function$;

comment on function system.run_retention() is
'Remove what is due under the retention policies, and return what came of it, in words.
What pg_cron calls; see system.apply_retention().';
