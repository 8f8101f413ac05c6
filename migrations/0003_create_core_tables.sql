-- Create the master data that the catalogue refers to.
-- depends: 0002_create_system_tables
create table core.brands (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint brands_pkey primary key (id),
    constraint brands_slug_key unique (slug),
    constraint brands_name_is_not_empty check (btrim(name) <> ''),
    constraint brands_slug_is_lower_case_words
    check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
comment on table core.brands is 'One brand, however its providers spell it.';
comment on column core.brands.id is 'Key.';
comment on column core.brands.name is 'Name for people.';
comment on column core.brands.slug is 'Name for machines: what spellings agree on.';
comment on column core.brands.created_at is 'When it was first seen.';
comment on column core.brands.updated_at is 'Last change.';
comment on column core.brands.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.brands.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table core.categories (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    parent_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint categories_pkey primary key (id),
    constraint categories_slug_key unique (slug),
    constraint categories_parent_id_fkey
    foreign key (parent_id) references core.categories (id),
    constraint categories_parent_is_another check (parent_id <> id),
    constraint categories_name_is_not_empty check (btrim(name) <> ''),
    constraint categories_slug_is_lower_case_words
    check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
create index categories_parent_id_idx on core.categories (parent_id);
comment on table core.categories is 'Kind of product: sneakers, apparel, accessories.';
comment on column core.categories.id is 'Key.';
comment on column core.categories.name is 'Name for people.';
comment on column core.categories.slug is 'Name for machines.';
comment on column core.categories.parent_id is 'What it is a part of; null: of none.';
comment on column core.categories.created_at is 'When it was first seen.';
comment on column core.categories.updated_at is 'Last change.';
comment on column core.categories.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.categories.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

insert into core.categories (name, slug) values
('Sneakers', 'sneakers'),
('Apparel', 'apparel'),
('Accessories', 'accessories'),
('Other', 'other');
