alter table shop.bookings
add constraint bookings_room_excl exclude using gist (room with =, stay with &&);
