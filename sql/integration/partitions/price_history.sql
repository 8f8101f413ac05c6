select system.partition_by_time(
    'integration.price_history', 'valid_from', 'monthly'
);
