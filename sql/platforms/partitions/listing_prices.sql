select system.partition_by_time(
    'platforms.listing_prices', 'changed_at', 'monthly',
    p_archive_after => interval '12 months'
);
