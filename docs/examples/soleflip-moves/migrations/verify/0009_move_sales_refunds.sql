select 'legacy_transactions.refunds'::regclass;
