drop table equities.fundamentals;
drop table equities.profiles;
drop table integration.offer_histograms;
drop table integration.market_snapshots;
drop table products.product_materials;
drop table products.product_colors;
drop table products.gtins;
drop function products.is_gtin(text);
