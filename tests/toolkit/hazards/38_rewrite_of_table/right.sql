-- transactional: false
vacuum (analyze) shop.orders;
