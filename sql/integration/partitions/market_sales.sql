-- The oldest sales that a provider reports are of 2015.
select system.partition_by_time(
    'integration.market_sales', 'sold_at', 'yearly', p_start => date '2015-01-01'
);
