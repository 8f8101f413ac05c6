-- Every minute, since the shortest TTL is one.
select
    sync.declare_cron_job(
        'queue_stale',
        '* * * * *',
        'select sync.check_and_queue_stale_batch()',
        '5 minutes',
        'Queue what is stale.'
    );
