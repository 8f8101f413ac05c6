-- Every minute: somebody waits for it.
select
    sync.declare_cron_job(
        'queue_presence',
        '* * * * *',
        'select sync.check_and_queue_stale_data_from_presence()',
        '5 minutes',
        'Queue what somebody looks at.'
    );
