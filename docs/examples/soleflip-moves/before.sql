-- The tables that are to move, as SoleFlip has them: the size table and the system's
-- own in public, enums in public, orders in a schema called sales.
create schema products;
create schema sales;

create type public.inventory_status as enum ('in_stock', 'listed', 'sold');
create type public.size_region as enum ('US', 'EU', 'UK');

create table public.sizes (
    id uuid not null default gen_random_uuid() primary key,
    region public.size_region not null,
    value varchar(20) not null,
    standardized_value numeric(4, 1),
    created_at timestamptz not null default now(),
    unique (region, value)
);
create table public.system_config (
    key varchar(100) not null primary key,
    value text,
    updated_at timestamptz not null default now()
);
create table public.system_logs (
    id serial primary key,
    level varchar(20) not null default 'info',
    message text not null,
    created_at timestamptz not null default now()
);
create table products.inventory (
    id bigint generated always as identity primary key,
    size_id uuid not null references public.sizes (id),
    status public.inventory_status not null default 'in_stock',
    quantity integer not null default 1 check (quantity >= 0)
);
create table sales.orders (
    id bigserial primary key,
    inventory_id bigint references products.inventory (id),
    platform text not null,
    gross_sale numeric(10, 2) not null,
    sold_at timestamptz not null default now(),
    unique (platform, inventory_id)
);
create table sales.refunds (
    id bigserial primary key,
    order_id bigint not null references sales.orders (id),
    amount numeric(10, 2) not null
);
