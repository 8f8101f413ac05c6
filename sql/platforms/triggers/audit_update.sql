-- Who changed an offer, and what it was before, can be asked for ever.
select system.enable_audit('platforms.platforms');
select system.enable_audit('platforms.listings');
