select 'legacy_transactions'::regnamespace;
