-- Who changed the catalogue or stock, and what it was before, can be asked for ever.
select system.enable_audit('products.products');
select system.enable_audit('products.inventory');
