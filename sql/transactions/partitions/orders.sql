-- The oldest sales that the legacy systems know of are of 2016.
select system.partition_by_time(
    'transactions.orders', 'sold_at', 'yearly', p_start => date '2016-01-01'
);
