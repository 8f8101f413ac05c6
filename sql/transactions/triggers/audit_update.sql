-- Who changed an order, and what it was before, can be asked for ever.
select system.enable_audit('transactions.orders');
select system.enable_audit('transactions.payouts');
