select shop.repair_orders();
