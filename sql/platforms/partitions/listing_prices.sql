select system.partition_by_time(
    'platforms.listing_prices', 'changed_at', 'monthly'
);
