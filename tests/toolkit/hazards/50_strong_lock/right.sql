lock table shop.orders in row exclusive mode;
