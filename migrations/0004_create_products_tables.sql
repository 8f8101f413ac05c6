-- Create the catalogue: products, their sizes, and how sizes convert.
-- depends: 0003_create_core_tables
-- allow: references_existing_table, what it refers to is new as well
-- allow: several_foreign_keys, what it refers to is new as well
create table products.products (
    id uuid not null default gen_random_uuid(),
    style_code text,
    brand_id uuid,
    category_id uuid,
    name text not null,
    slug text not null,
    model text,
    nickname text,
    colorway text,
    gender text,
    retail_price_cents bigint,
    retail_currency char(3),
    release_date date,
    description text,
    image_url text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint products_pkey primary key (id),
    constraint products_slug_key unique (slug),
    constraint products_brand_id_fkey foreign key (brand_id) references core.brands (
        id
    ),
    constraint products_category_id_fkey
    foreign key (category_id) references core.categories (id),
    constraint products_name_is_not_empty check (btrim(name) <> ''),
    constraint products_style_code_is_normalised
    check (style_code = upper(btrim(style_code)) and style_code <> ''),
    constraint products_gender_is_known
    check (gender in ('men', 'women', 'unisex', 'youth', 'child', 'infant')),
    constraint products_retail_price_is_not_negative check (retail_price_cents >= 0),
    constraint products_retail_price_has_a_currency
    check ((retail_price_cents is null) = (retail_currency is null)),
    constraint products_retail_currency_is_a_code check (retail_currency ~ '^[A-Z]{3}$')
);
create index products_style_code_idx on products.products (style_code);
create index products_brand_id_idx on products.products (brand_id);
create index products_category_id_idx on products.products (category_id);
comment on table products.products is
'One product. A style code is not unique: providers sell two products under one code.';
comment on column products.products.id is 'Key.';
comment on column products.products.style_code is
'Manufacturer style code, normalised by products.normalize_style_code().';
comment on column products.products.brand_id is 'Its brand.';
comment on column products.products.category_id is 'Its category.';
comment on column products.products.name is 'Title for people.';
comment on column products.products.slug is 'Unique name in URLs.';
comment on column products.products.model is 'Model or silhouette, without the brand.';
comment on column products.products.nickname is 'What people call it, e.g. Panda.';
comment on column products.products.colorway is 'Colours, as the provider words them.';
comment on column products.products.gender is
'Size scale: men, women, unisex, youth, child or infant.';
comment on column products.products.retail_price_cents is 'Retail price, cents.';
comment on column products.products.retail_currency is 'Its currency, ISO 4217.';
comment on column products.products.release_date is 'First day on sale.';
comment on column products.products.description is 'Text for people.';
comment on column products.products.image_url is 'Picture of it.';
comment on column products.products.created_at is 'When it was first seen.';
comment on column products.products.updated_at is 'Last change.';
comment on column products.products.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column products.products.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table products.size_conversions (
    id uuid not null default gen_random_uuid(),
    brand_id uuid,
    gender text not null,
    region text not null,
    label text not null,
    standardized_value numeric(4, 1) not null,
    source text not null,
    confidence text not null default 'medium',
    constraint size_conversions_pkey primary key (id),
    constraint size_conversions_brand_id_fkey
    foreign key (brand_id) references core.brands (id),
    constraint size_conversions_brand_id_gender_region_label_value_key
    unique nulls not distinct (
        brand_id, gender, region, label, standardized_value
    ),
    constraint size_conversions_gender_is_known
    check (gender in ('men', 'women', 'youth', 'child', 'infant')),
    constraint size_conversions_region_is_known
    check (region in ('US', 'UK', 'EU', 'CM', 'JP', 'KR')),
    constraint size_conversions_label_is_a_number
    check (label ~ '^[0-9]{1,3}(\.[0-9]{1,2}| [12]/3)?$'),
    constraint size_conversions_standardized_value_is_a_size
    check (standardized_value between 10 and 60),
    constraint size_conversions_source_is_not_empty check (btrim(source) <> ''),
    constraint size_conversions_confidence_is_known
    check (confidence in ('high', 'medium', 'low'))
);
comment on table products.size_conversions is
'What a size label means on the standard scale, the European size. A brand that has rows
is read on them alone. A label with two rows is ambiguous on its chart.';
comment on column products.size_conversions.id is 'Key.';
comment on column products.size_conversions.brand_id is
'Brand, null for the general chart.';
comment on column products.size_conversions.gender is
'Scale that the label is read on.';
comment on column products.size_conversions.region is 'US, UK, EU, CM, JP or KR.';
comment on column products.size_conversions.label is 'Size number as text, e.g. 8.5.';
comment on column products.size_conversions.standardized_value is
'European size; thirds are rounded to a tenth.';
comment on column products.size_conversions.source is 'Where the pair was published.';
comment on column products.size_conversions.confidence is
'high: stated for articles of the brand; medium: its published chart; low: of others.';

create type products.size_meaning as (
    standard_size numeric,
    gender text,
    region text,
    label text,
    rule text,
    brand_id uuid,
    conversion_id uuid,
    source text,
    confidence text,
    reason text
);
comment on type products.size_meaning is
'What a size label means, and how that is known: what explain_size() returns.';

create table products.sizes (
    id uuid not null default gen_random_uuid(),
    category_id uuid not null,
    brand_id uuid,
    region text not null,
    gender text not null,
    label text not null,
    standardized_value numeric(4, 1),
    created_at timestamptz not null default now(),
    constraint sizes_pkey primary key (id),
    constraint sizes_category_id_fkey
    foreign key (category_id) references core.categories (id),
    constraint sizes_brand_id_fkey foreign key (brand_id) references core.brands (id),
    constraint sizes_category_id_brand_id_region_gender_label_key
    unique nulls not distinct (category_id, brand_id, region, gender, label),
    constraint sizes_label_is_not_empty check (btrim(label) <> '')
);
create index sizes_brand_id_idx on products.sizes (brand_id);
comment on table products.sizes is 'Every size label seen; unknown ones stay unknown.';
comment on column products.sizes.id is 'Key.';
comment on column products.sizes.category_id is 'Kind of product it was seen on.';
comment on column products.sizes.brand_id is
'Brand whose charts it is read on, null for the general one.';
comment on column products.sizes.region is 'US, UK, EU, CM, JP, KR or other.';
comment on column products.sizes.gender is 'Scale that the label is read on.';
comment on column products.sizes.label is
'Number as text, or the whole label where it is no shoe size, e.g. 7.5 or XL.';
comment on column products.sizes.standardized_value is
'European size, null if unknown; thirds are rounded to a tenth.';
comment on column products.sizes.created_at is 'When it was first seen.';

create table products.variants (
    product_id uuid not null,
    id uuid not null default gen_random_uuid(),
    size_id uuid not null,
    created_at timestamptz not null default now(),
    constraint variants_pkey primary key (product_id, id),
    constraint variants_product_id_fkey
    foreign key (product_id) references products.products (id) on delete cascade,
    constraint variants_size_id_fkey foreign key (size_id) references products.sizes (
        id
    ),
    constraint variants_product_id_size_id_key unique (product_id, size_id)
);
create index variants_size_id_idx on products.variants (size_id);
comment on table products.variants is 'A product in one size.';
comment on column products.variants.product_id is 'Its product.';
comment on column products.variants.id is 'Key within the product.';
comment on column products.variants.size_id is 'Its size.';
comment on column products.variants.created_at is 'When it was first seen.';
