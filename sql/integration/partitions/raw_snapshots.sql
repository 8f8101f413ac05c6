select system.partition_by_time(
    'integration.raw_snapshots', 'received_at', 'daily',
    p_retention => interval '30 days'
);
