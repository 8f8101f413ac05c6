refresh materialized view concurrently shop.totals;
