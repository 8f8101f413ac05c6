create domain shop.cents as bigint check (value >= 0);
