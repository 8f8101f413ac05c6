grant select on shop.orders to readers;
