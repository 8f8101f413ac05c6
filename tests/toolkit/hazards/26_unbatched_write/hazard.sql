update shop.orders set note = '' where note is null;
