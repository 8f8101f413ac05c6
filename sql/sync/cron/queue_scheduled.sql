-- Every minute, so that any refresh interval is met to the minute.
select
    sync.declare_cron_job(
        'queue_scheduled',
        '* * * * *',
        'select sync.queue_scheduled_refreshes()',
        '5 minutes',
        'Queue what is asked at regular intervals.'
    );
