select system.partition_by_time(
    'integration.price_history', 'valid_from', 'monthly',
    p_archive_after => interval '12 months'
);
