-- Every minute: a burst is often over in ten.
select
    sync.declare_cron_job(
        'sample_queue',
        '* * * * *',
        'select sync.sample_queue()',
        '5 minutes',
        'Note the depth of the queue.'
    );
