create domain shop.cents as bigint;
