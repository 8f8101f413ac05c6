create type shop.size as enum ('small', 'large');
