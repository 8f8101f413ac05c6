select system.partition_by_time(
    'equities.quote_history', 'quoted_at', 'monthly',
    p_archive_after => interval '12 months'
);
