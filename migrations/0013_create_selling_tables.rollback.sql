drop table transactions.orders;
drop table transactions.payouts;
drop table platforms.listing_events;
drop table platforms.listing_prices;
drop table platforms.listings;
drop table products.inventory_tags;
drop table products.inventory;
drop table platforms.platforms;
