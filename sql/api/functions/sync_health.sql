-- In PL/pgSQL, which keeps its plan: planning over the partitions of queue and usage
-- takes longer than reading them.
create or replace function api.sync_health()
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select jsonb_build_object(
            'checked_at', now(),
            'freshness', (
                select
                    coalesce(
                        jsonb_agg(
                            to_jsonb(freshness)
                            order by freshness.data_type asc, freshness.tier asc
                        ),
                        '[]'
                    )
                from sync.subject_freshness as freshness
            ),
            'coverage', (
                select
                    coalesce(
                        jsonb_agg(
                            to_jsonb(coverage) order by coverage.provider asc
                        ),
                        '[]'
                    )
                from sync.provider_coverage as coverage
            ),
            'queue', (
                select
                    coalesce(
                        jsonb_agg(to_jsonb(depth) order by depth.data_type asc), '[]'
                    )
                from sync.queue_depth as depth
            ),
            'cron', (
                select coalesce(jsonb_agg(to_jsonb(job) order by job.name asc), '[]')
                from sync.cron_health as job
            ),
            'providers', (
                select
                    coalesce(
                        jsonb_agg(
                            to_jsonb(usage)
                            order by usage.provider asc, usage.quota_window asc
                        ),
                        '[]'
                    )
                from sync.provider_usage as usage
            )
        )
    );
end;
$function$;

comment on function api.sync_health() is
'Return the state of the sync engine. JSON object: checked_at, and arrays of rows:
freshness, coverage, queue, cron and providers, which are sync.subject_freshness,
provider_coverage, queue_depth, cron_health and provider_usage.';
