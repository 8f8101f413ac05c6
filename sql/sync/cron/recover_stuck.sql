-- Every minute, on top of the lease that was waited for.
select
    sync.declare_cron_job(
        'recover_stuck',
        '* * * * *',
        'select sync.recover_stuck_jobs()',
        '5 minutes',
        'Give the jobs of lost workers to others.'
    );
