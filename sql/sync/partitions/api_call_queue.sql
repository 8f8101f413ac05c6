-- The key is the time in nanoseconds, so a job is found by its id in one partition.
select system.partition_by_time(
    'sync.api_call_queue', 'id', 'daily',
    p_premake => 7,
    p_retention => interval '14 days',
    p_epoch => 'nanoseconds'
);
