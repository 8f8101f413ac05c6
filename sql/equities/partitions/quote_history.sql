select system.partition_by_time(
    'equities.quote_history', 'quoted_at', 'monthly'
);
