-- One request a run, so that each is a transaction of its own.
select
    sync.declare_cron_job(
        'forget_users',
        '*/5 * * * *',
        'select auth.process_deletion_requests(1)',
        '1 hour',
        'Do what is due of the deletion requests.'
    );
