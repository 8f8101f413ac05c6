-- Daily, at night in Europe and America.
select
    sync.declare_cron_job(
        'purge_runs',
        '43 3 * * *',
        'select sync.purge_runs()',
        '2 days',
        'Delete old runs, samples and subscriptions.'
    );
