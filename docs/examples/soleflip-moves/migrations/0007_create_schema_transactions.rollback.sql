drop schema legacy_transactions;
