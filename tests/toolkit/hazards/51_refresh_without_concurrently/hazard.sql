refresh materialized view shop.totals;
