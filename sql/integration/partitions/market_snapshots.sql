select system.partition_by_time(
    'integration.market_snapshots', 'snapshot_at', 'monthly',
    p_archive_after => interval '12 months'
);
