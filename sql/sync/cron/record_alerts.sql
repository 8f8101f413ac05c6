-- Not every minute: it counts all subjects.
select
    sync.declare_cron_job(
        'record_alerts',
        '*/5 * * * *',
        'select system.record_alerts()',
        '20 minutes',
        'Open alerts for what is wrong, and resolve what is over.'
    );
