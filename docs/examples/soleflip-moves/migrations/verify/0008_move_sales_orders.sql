select 'legacy_transactions.orders'::regclass;
