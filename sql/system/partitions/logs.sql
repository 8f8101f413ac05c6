select system.partition_by_time(
    'system.logs', 'logged_at', 'monthly',
    p_retention => interval '12 months'
);
