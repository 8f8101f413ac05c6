create table shop.bookings (
    room bigint not null,
    stay tstzrange not null,
    constraint bookings_room_excl exclude using gist (room with =, stay with &&)
);
