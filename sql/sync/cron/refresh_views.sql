-- Every ten minutes: readers of the api functions see prices at once, these see them
-- soon.
select
    sync.declare_cron_job(
        'refresh_views',
        '*/10 * * * *',
        'select analytics.refresh_views()',
        '1 hour',
        'Refresh the materialized views.'
    );
