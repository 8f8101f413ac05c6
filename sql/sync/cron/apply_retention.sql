-- Hourly, half an hour off the partitions.
select
    sync.declare_cron_job(
        'apply_retention',
        '47 * * * *',
        'select system.run_retention()',
        '3 hours',
        'Remove what is older than its policy allows.'
    );
