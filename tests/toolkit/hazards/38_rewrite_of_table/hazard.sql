-- transactional: false
vacuum full shop.orders;
