-- Hourly: partitions are made days ahead, so a day of failures does no harm.
select
    sync.declare_cron_job(
        'maintain_partitions',
        '17 * * * *',
        'select system.maintain_partitions()',
        '3 hours',
        'Make coming partitions, retire old ones.'
    );
