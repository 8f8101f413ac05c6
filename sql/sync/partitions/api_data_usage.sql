select system.partition_by_time(
    'sync.api_data_usage', 'used_at', 'daily',
    p_retention => interval '40 days'
);
