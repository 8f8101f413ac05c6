-- Create the master data of who sells to us, and the words that products are filed by.
-- depends: 0011_create_audit_tables
-- allow: references_existing_table, they are locked for a moment only
-- allow: several_foreign_keys, they are locked for a moment only
-- Check constraints call it, so it belongs to the tables: it is no repeatable object.
create function system.has_card_number(p_text text)
returns boolean
language sql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select exists (
        select
        from regexp_matches(
            p_text, '(?<![0-9])([2-6][0-9](?:[ -]?[0-9]){12,17})(?![0-9])', 'g'
        ) as found (groups)
        cross join lateral (
            select reverse(regexp_replace(found.groups[1], '[ -]', '', 'g')) as digits
        ) as number
        where
            0 = (
                select
                    sum(
                        case
                            when place.number % 2 = 1 then place.digit
                            when place.digit > 4 then place.digit * 2 - 9
                            else place.digit * 2
                        end
                    ) % 10
                from (
                    select
                        places.number,
                        substr(number.digits, places.number, 1)::integer as digit
                    from generate_series(1, length(number.digits)) as places (number)
                ) as place
            )
    );
$function$;
comment on function system.has_card_number(text) is
'Whether a text holds what may be the number of a payment card: 14 to 19 digits, spaces
and hyphens apart, that begin as cards do and whose check digit is right (Luhn). With 13
digits, as cards had once, it would take one barcode of ten for a card.';

create table core.colors (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    rgb text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint colors_pkey primary key (id),
    constraint colors_slug_key unique (slug),
    constraint colors_name_is_not_empty check (btrim(name) <> ''),
    constraint colors_slug_is_lower_case_words
    check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint colors_rgb_is_hexadecimal check (rgb ~ '^#[0-9a-f]{6}$')
);
comment on table core.colors is 'One colour that products are filed by.';
comment on column core.colors.id is 'Key.';
comment on column core.colors.name is 'Name for people, e.g. University Blue.';
comment on column core.colors.slug is 'Name for machines: what spellings agree on.';
comment on column core.colors.rgb is
'As on a screen, six hexadecimal digits after #; null: not known.';
comment on column core.colors.created_at is 'When it was first written.';
comment on column core.colors.updated_at is 'Last change.';
comment on column core.colors.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.colors.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table core.materials (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint materials_pkey primary key (id),
    constraint materials_slug_key unique (slug),
    constraint materials_name_is_not_empty check (btrim(name) <> ''),
    constraint materials_slug_is_lower_case_words
    check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
comment on table core.materials is 'One material that products are filed by.';
comment on column core.materials.id is 'Key.';
comment on column core.materials.name is 'Name for people, e.g. Suede.';
comment on column core.materials.slug is 'Name for machines: what spellings agree on.';
comment on column core.materials.created_at is 'When it was first written.';
comment on column core.materials.updated_at is 'Last change.';
comment on column core.materials.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.materials.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table core.tags (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint tags_pkey primary key (id),
    constraint tags_slug_key unique (slug),
    constraint tags_name_is_not_empty check (btrim(name) <> ''),
    constraint tags_slug_is_lower_case_words check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
comment on table core.tags is 'One free label, for suppliers and for pieces of stock.';
comment on column core.tags.id is 'Key.';
comment on column core.tags.name is 'Name for people.';
comment on column core.tags.slug is 'Name for machines: what spellings agree on.';
comment on column core.tags.created_at is 'When it was first written.';
comment on column core.tags.updated_at is 'Last change.';
comment on column core.tags.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.tags.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table core.suppliers (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    display_name text,
    supplier_type text not null,
    supplier_category text,
    business_size text,
    status text not null default 'active',
    is_preferred boolean not null default false,
    is_verified boolean not null default false,
    contact_person text,
    email text,
    order_email text,
    phone text,
    website text,
    address_line_1 text,
    address_line_2 text,
    city text,
    state_province text,
    postal_code text,
    country text,
    country_code text,
    tax_id text,
    vat_number text,
    business_registration text,
    currency char(3) not null default 'EUR',
    vat_percent numeric(5, 2),
    discount_percent numeric(5, 2),
    restocking_fee_percent numeric(5, 2),
    credit_limit_cents bigint,
    minimum_order_cents bigint,
    payment_terms text,
    return_days integer,
    return_policy text,
    return_conditions text,
    accepts_exchanges boolean,
    accepts_returns_by_mail boolean,
    ships_internationally boolean,
    guarantees_authenticity boolean,
    processing_days integer,
    rating numeric(3, 2),
    reliability_score integer,
    quality_score integer,
    has_api boolean not null default false,
    api_url text,
    encrypted_api_key text,
    key_id text,
    order_count integer,
    order_value_cents bigint,
    last_ordered_at timestamptz,
    founded_year integer,
    founder_name text,
    instagram_handle text,
    instagram_url text,
    facebook_url text,
    twitter_handle text,
    logo_url text,
    story text,
    closed_date date,
    closure_reason text,
    notes text,
    internal_notes text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint suppliers_pkey primary key (id),
    constraint suppliers_slug_key unique (slug),
    constraint suppliers_name_is_not_empty check (btrim(name) <> ''),
    constraint suppliers_slug_is_lower_case_words
    check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint suppliers_status_is_known
    check (status in ('active', 'inactive', 'blocked', 'pending', 'closed')),
    constraint suppliers_email_is_an_address
    check (email ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:].]+$'),
    constraint suppliers_order_email_is_an_address
    check (order_email ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:].]+$'),
    constraint suppliers_country_code_is_a_code check (country_code ~ '^[A-Z]{2}$'),
    constraint suppliers_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint suppliers_vat_percent_is_a_percentage
    check (vat_percent between 0 and 100),
    constraint suppliers_discount_percent_is_a_percentage
    check (discount_percent between 0 and 100),
    constraint suppliers_restocking_fee_percent_is_a_percentage
    check (restocking_fee_percent between 0 and 100),
    constraint suppliers_credit_limit_is_not_negative check (credit_limit_cents >= 0),
    constraint suppliers_minimum_order_is_not_negative check (minimum_order_cents >= 0),
    constraint suppliers_return_days_is_not_negative check (return_days >= 0),
    constraint suppliers_processing_days_is_not_negative check (processing_days >= 0),
    constraint suppliers_rating_is_between_0_and_5 check (rating between 0 and 5),
    constraint suppliers_reliability_score_is_between_0_and_100
    check (reliability_score between 0 and 100),
    constraint suppliers_quality_score_is_between_0_and_100
    check (quality_score between 0 and 100),
    constraint suppliers_order_count_is_not_negative check (order_count >= 0),
    constraint suppliers_order_value_is_not_negative check (order_value_cents >= 0),
    constraint suppliers_founded_year_is_a_year
    check (founded_year between 1000 and 2999),
    constraint suppliers_api_key_has_a_key_id
    check ((encrypted_api_key is null) = (key_id is null)),
    constraint suppliers_notes_hold_no_card_number
    check (not system.has_card_number(concat(notes, ' ', internal_notes)))
);
comment on table core.suppliers is 'One shop or person that we buy from.';
comment on column core.suppliers.id is 'Key.';
comment on column core.suppliers.name is 'Name as in the books.';
comment on column core.suppliers.slug is 'Name for machines.';
comment on column core.suppliers.display_name is
'Name for people, where it is another.';
comment on column core.suppliers.supplier_type is
'What it is, e.g. retailer, reseller, brand.';
comment on column core.suppliers.supplier_category is 'Kind within its type.';
comment on column core.suppliers.business_size is 'How big it is, in words.';
comment on column core.suppliers.status is
'active, inactive, blocked, pending or closed.';
comment on column core.suppliers.is_preferred is 'Whether to buy here first.';
comment on column core.suppliers.is_verified is
'Whether somebody has checked who it is.';
comment on column core.suppliers.contact_person is 'Whom to ask for.';
comment on column core.suppliers.email is 'Address to write to.';
comment on column core.suppliers.order_email is
'Address that our orders go out from, where it is another.';
comment on column core.suppliers.phone is 'Number as written.';
comment on column core.suppliers.website is 'As written.';
comment on column core.suppliers.address_line_1 is 'Street and number.';
comment on column core.suppliers.address_line_2 is 'More of the address.';
comment on column core.suppliers.city is 'City.';
comment on column core.suppliers.state_province is 'State or province.';
comment on column core.suppliers.postal_code is 'Postal code.';
comment on column core.suppliers.country is 'Country as written.';
comment on column core.suppliers.country_code is
'The same as ISO 3166-1 alpha-2; null: not told from the name.';
comment on column core.suppliers.tax_id is 'Tax number.';
comment on column core.suppliers.vat_number is 'VAT number.';
comment on column core.suppliers.business_registration is
'Number in the register of companies.';
comment on column core.suppliers.currency is
'Currency of all amounts of this row, ISO 4217.';
comment on column core.suppliers.vat_percent is 'VAT that its prices contain, percent.';
comment on column core.suppliers.discount_percent is 'Discount that we get, percent.';
comment on column core.suppliers.restocking_fee_percent is
'Kept back when something is returned, percent.';
comment on column core.suppliers.credit_limit_cents is 'How much we may owe it, cents.';
comment on column core.suppliers.minimum_order_cents is
'Smallest order that it takes, cents.';
comment on column core.suppliers.payment_terms is 'When it has to be paid, in words.';
comment on column core.suppliers.return_days is
'Days in which it takes something back.';
comment on column core.suppliers.return_policy is 'Its terms for returns, in full.';
comment on column core.suppliers.return_conditions is 'The same in a line.';
comment on column core.suppliers.accepts_exchanges is
'Whether it exchanges; null: not known.';
comment on column core.suppliers.accepts_returns_by_mail is
'Whether parcels may be sent back; null: not known.';
comment on column core.suppliers.ships_internationally is
'Whether it ships abroad; null: not known.';
comment on column core.suppliers.guarantees_authenticity is
'Whether it stands for authenticity; null: not known.';
comment on column core.suppliers.processing_days is 'Days until it ships, on average.';
comment on column core.suppliers.rating is 'Ours, 0 to 5.';
comment on column core.suppliers.reliability_score is 'Ours, 0 to 100.';
comment on column core.suppliers.quality_score is 'Ours, 0 to 100.';
comment on column core.suppliers.has_api is 'Whether it can be asked by programs.';
comment on column core.suppliers.api_url is 'Where.';
comment on column core.suppliers.encrypted_api_key is
'Key for it, encrypted; never in plain text.';
comment on column core.suppliers.key_id is 'Which key encrypted it.';
comment on column core.suppliers.order_count is
'Orders so far, as the old system counted them.';
comment on column core.suppliers.order_value_cents is
'What they came to, cents, likewise.';
comment on column core.suppliers.last_ordered_at is 'Last of them, likewise.';
comment on column core.suppliers.founded_year is 'When it was founded.';
comment on column core.suppliers.founder_name is 'By whom.';
comment on column core.suppliers.instagram_handle is
'On Instagram, without the at sign.';
comment on column core.suppliers.instagram_url is 'The same as an address.';
comment on column core.suppliers.facebook_url is 'On Facebook.';
comment on column core.suppliers.twitter_handle is 'On Twitter, without the at sign.';
comment on column core.suppliers.logo_url is 'Picture of its logo.';
comment on column core.suppliers.story is 'What there is to tell of it.';
comment on column core.suppliers.closed_date is 'Since when it is closed.';
comment on column core.suppliers.closure_reason is 'Why.';
comment on column core.suppliers.notes is 'Ours, for everybody.';
comment on column core.suppliers.internal_notes is 'Ours, not for the supplier.';
comment on column core.suppliers.created_at is 'When it was first written.';
comment on column core.suppliers.updated_at is 'Last change.';
comment on column core.suppliers.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.suppliers.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table core.supplier_tags (
    supplier_id uuid not null,
    tag_id uuid not null,
    constraint supplier_tags_pkey primary key (supplier_id, tag_id),
    constraint supplier_tags_supplier_id_fkey
    foreign key (supplier_id) references core.suppliers (id) on delete cascade,
    constraint supplier_tags_tag_id_fkey
    foreign key (tag_id) references core.tags (id) on delete cascade
);
create index supplier_tags_tag_id_idx on core.supplier_tags (tag_id);
comment on table core.supplier_tags is 'Which labels a supplier has.';
comment on column core.supplier_tags.supplier_id is 'Supplier.';
comment on column core.supplier_tags.tag_id is 'Label.';

create table core.supplier_links (
    provider text not null,
    provider_product_id text not null,
    provider_variant_id text not null default '',
    supplier_id uuid not null,
    constraint supplier_links_pkey
    primary key (provider, provider_product_id, provider_variant_id),
    constraint supplier_links_provider_fkey
    foreign key (provider, provider_product_id, provider_variant_id)
    references integration.product_links (
        provider, provider_product_id, provider_variant_id
    ) on delete cascade,
    constraint supplier_links_supplier_id_fkey
    foreign key (supplier_id) references core.suppliers (id) on delete cascade
);
create index supplier_links_supplier_id_idx on core.supplier_links (supplier_id);
comment on table core.supplier_links is
'Which shop sells what a provider speaks of, where it speaks for several shops.';
comment on column core.supplier_links.provider is 'Provider.';
comment on column core.supplier_links.provider_product_id is 'Its product id.';
comment on column core.supplier_links.provider_variant_id is
'Its variant id, empty for the product itself.';
comment on column core.supplier_links.supplier_id is 'Shop.';

create table core.supplier_accounts (
    id uuid not null default gen_random_uuid(),
    supplier_id uuid not null,
    owner_id uuid,
    email text not null,
    first_name text,
    last_name text,
    address_line_1 text,
    address_line_2 text,
    city text,
    postal_code text,
    state_code text,
    country_code text,
    phone text,
    payment_provider text,
    payment_method_token text,
    payment_method_last4 text,
    payment_method_brand text,
    expiry_month integer,
    expiry_year integer,
    encrypted_password text,
    encrypted_proxy text,
    key_id text,
    browser_preference text,
    list_name text,
    status text not null default 'active',
    is_verified boolean not null default false,
    last_used_at timestamptz,
    purchase_count integer not null default 0,
    spent_cents bigint not null default 0,
    success_percent numeric(5, 2),
    currency char(3) not null default 'EUR',
    notes text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint supplier_accounts_pkey primary key (id),
    constraint supplier_accounts_supplier_id_email_key unique (supplier_id, email),
    constraint supplier_accounts_supplier_id_fkey
    foreign key (supplier_id) references core.suppliers (id) on delete cascade,
    constraint supplier_accounts_email_is_an_address
    check (email ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:].]+$'),
    constraint supplier_accounts_country_code_is_a_code
    check (country_code ~ '^[A-Z]{2}$'),
    constraint supplier_accounts_token_is_no_card_number
    check (not system.has_card_number(payment_method_token)),
    constraint supplier_accounts_last4_is_four_digits
    check (payment_method_last4 ~ '^[0-9]{4}$'),
    constraint supplier_accounts_notes_hold_no_card_number
    check (not system.has_card_number(notes)),
    constraint supplier_accounts_expiry_month_is_a_month
    check (expiry_month between 1 and 12),
    constraint supplier_accounts_expiry_year_is_a_year
    check (expiry_year between 2000 and 2999),
    constraint supplier_accounts_expiry_is_whole
    check ((expiry_month is null) = (expiry_year is null)),
    constraint supplier_accounts_secrets_have_a_key_id
    check ((coalesce(encrypted_password, encrypted_proxy) is null) = (key_id is null)),
    constraint supplier_accounts_status_is_known
    check (status in ('active', 'inactive', 'suspended', 'banned', 'closed')),
    constraint supplier_accounts_purchase_count_is_not_negative
    check (purchase_count >= 0),
    constraint supplier_accounts_spent_is_not_negative check (spent_cents >= 0),
    constraint supplier_accounts_success_percent_is_a_percentage
    check (success_percent between 0 and 100),
    constraint supplier_accounts_currency_is_a_code check (currency ~ '^[A-Z]{3}$')
);
comment on table core.supplier_accounts is
'One of our accounts at a supplier. Of a payment card there is a token and four
digits.';
comment on column core.supplier_accounts.id is 'Key.';
comment on column core.supplier_accounts.supplier_id is 'Where the account is.';
comment on column core.supplier_accounts.owner_id is
'User it belongs to; null: to the house.';
comment on column core.supplier_accounts.email is 'Name that it is logged in with.';
comment on column core.supplier_accounts.first_name is 'First name.';
comment on column core.supplier_accounts.last_name is 'Last name.';
comment on column core.supplier_accounts.address_line_1 is
'Street and number that parcels go to.';
comment on column core.supplier_accounts.address_line_2 is 'More of the address.';
comment on column core.supplier_accounts.city is 'City.';
comment on column core.supplier_accounts.postal_code is 'Postal code.';
comment on column core.supplier_accounts.state_code is
'State, as the supplier abbreviates it.';
comment on column core.supplier_accounts.country_code is 'ISO 3166-1 alpha-2.';
comment on column core.supplier_accounts.phone is 'Number as written.';
comment on column core.supplier_accounts.payment_provider is
'Who keeps the card, e.g. stripe.';
comment on column core.supplier_accounts.payment_method_token is
'What the provider calls the card; never its number.';
comment on column core.supplier_accounts.payment_method_last4 is
'Last four digits of the card.';
comment on column core.supplier_accounts.payment_method_brand is
'Kind of card, e.g. visa.';
comment on column core.supplier_accounts.expiry_month is
'Month in which the card ends, 1 to 12.';
comment on column core.supplier_accounts.expiry_year is 'Year in which the card ends.';
comment on column core.supplier_accounts.encrypted_password is
'Password at the supplier, encrypted.';
comment on column core.supplier_accounts.encrypted_proxy is
'Proxy that it is used through, with its credentials, encrypted.';
comment on column core.supplier_accounts.key_id is 'Which key encrypted them.';
comment on column core.supplier_accounts.browser_preference is
'Browser that it is used with.';
comment on column core.supplier_accounts.list_name is
'List of accounts that it came from.';
comment on column core.supplier_accounts.status is
'active, inactive, suspended, banned or closed.';
comment on column core.supplier_accounts.is_verified is
'Whether the supplier has confirmed it.';
comment on column core.supplier_accounts.last_used_at is 'Last purchase or attempt.';
comment on column core.supplier_accounts.purchase_count is
'Purchases, as the old system counted them.';
comment on column core.supplier_accounts.spent_cents is
'What they came to, cents, likewise.';
comment on column core.supplier_accounts.success_percent is
'Part of the attempts that got something, percent, likewise.';
comment on column core.supplier_accounts.currency is
'Currency of the amounts, ISO 4217.';
comment on column core.supplier_accounts.notes is 'Ours.';
comment on column core.supplier_accounts.created_at is 'When it was first written.';
comment on column core.supplier_accounts.updated_at is 'Last change.';
comment on column core.supplier_accounts.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.supplier_accounts.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table core.supplier_purchases (
    account_id uuid not null,
    id uuid not null default system.uuid_v7(),
    product_id uuid,
    order_reference text,
    amount_cents bigint not null,
    currency char(3) not null,
    purchased_at timestamptz not null,
    status text not null,
    is_successful boolean not null default false,
    failure_reason text,
    response_ms integer,
    ip_address inet,
    user_agent text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint supplier_purchases_pkey primary key (account_id, id),
    constraint supplier_purchases_account_id_fkey
    foreign key (account_id) references core.supplier_accounts (id) on delete cascade,
    constraint supplier_purchases_product_id_fkey
    foreign key (product_id) references products.products (id) on delete set null,
    constraint supplier_purchases_amount_is_not_negative check (amount_cents >= 0),
    constraint supplier_purchases_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
    constraint supplier_purchases_response_ms_is_not_negative check (response_ms >= 0)
);
create index supplier_purchases_product_id_idx on core.supplier_purchases (product_id)
where product_id is not null;
comment on table core.supplier_purchases is
'Each purchase, or attempt at one, with one of our accounts.';
comment on column core.supplier_purchases.account_id is 'Account.';
comment on column core.supplier_purchases.id is 'Key within the account, time-ordered.';
comment on column core.supplier_purchases.product_id is
'What was to be bought, where it is in the catalogue.';
comment on column core.supplier_purchases.order_reference is
'What the supplier calls the order.';
comment on column core.supplier_purchases.amount_cents is 'What it came to, cents.';
comment on column core.supplier_purchases.currency is 'ISO 4217.';
comment on column core.supplier_purchases.purchased_at is 'When.';
comment on column core.supplier_purchases.status is
'How it stands, in the words of the supplier.';
comment on column core.supplier_purchases.is_successful is
'Whether something was bought.';
comment on column core.supplier_purchases.failure_reason is 'Why nothing was.';
comment on column core.supplier_purchases.response_ms is
'Milliseconds until the supplier answered.';
comment on column core.supplier_purchases.ip_address is
'Address that it was done from.';
comment on column core.supplier_purchases.user_agent is
'Browser that it was done with.';
comment on column core.supplier_purchases.created_at is 'When it was first written.';
comment on column core.supplier_purchases.updated_at is 'Last change.';

create table core.supplier_history (
    supplier_id uuid not null,
    id uuid not null default gen_random_uuid(),
    event_date date not null,
    event_type text not null,
    title text not null,
    description text,
    impact text not null default 'medium',
    source_url text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    updated_by text not null
    default coalesce(nullif(current_setting('mdt.actor', true), ''), session_user),
    constraint supplier_history_pkey primary key (supplier_id, id),
    constraint supplier_history_supplier_id_fkey
    foreign key (supplier_id) references core.suppliers (id) on delete cascade,
    constraint supplier_history_title_is_not_empty check (btrim(title) <> ''),
    constraint supplier_history_impact_is_known
    check (impact in ('low', 'medium', 'high', 'critical'))
);
create index supplier_history_supplier_id_event_date_idx
on core.supplier_history (supplier_id, event_date desc);
comment on table core.supplier_history is 'What happened to a supplier, by day.';
comment on column core.supplier_history.supplier_id is 'Supplier.';
comment on column core.supplier_history.id is 'Key within the supplier.';
comment on column core.supplier_history.event_date is 'Day.';
comment on column core.supplier_history.event_type is
'Kind of event, e.g. opening, price_change.';
comment on column core.supplier_history.title is 'One line.';
comment on column core.supplier_history.description is 'The whole of it.';
comment on column core.supplier_history.impact is 'low, medium, high or critical.';
comment on column core.supplier_history.source_url is 'Where it can be read.';
comment on column core.supplier_history.created_at is 'When it was first written.';
comment on column core.supplier_history.updated_at is 'Last change.';
comment on column core.supplier_history.created_by is
'Who made it: mdt.actor, else the role of the session.';
comment on column core.supplier_history.updated_by is
'Who changed it last: mdt.actor, else the role of the session.';

create table core.supplier_performance (
    supplier_id uuid not null,
    month_date date not null,
    order_count integer not null default 0,
    delivery_days numeric(5, 1),
    return_percent numeric(5, 2),
    roi_percent numeric(7, 2),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint supplier_performance_pkey primary key (supplier_id, month_date),
    constraint supplier_performance_supplier_id_fkey
    foreign key (supplier_id) references core.suppliers (id) on delete cascade,
    constraint supplier_performance_month_date_is_a_first
    check (extract(day from month_date) = 1),
    constraint supplier_performance_order_count_is_not_negative
    check (order_count >= 0),
    constraint supplier_performance_delivery_days_is_not_negative
    check (delivery_days >= 0),
    constraint supplier_performance_return_percent_is_a_percentage
    check (return_percent between 0 and 100)
);
comment on table core.supplier_performance is 'How a supplier did in a month.';
comment on column core.supplier_performance.supplier_id is 'Supplier.';
comment on column core.supplier_performance.month_date is 'First day of the month.';
comment on column core.supplier_performance.order_count is 'Orders.';
comment on column core.supplier_performance.delivery_days is
'Days from order to arrival, on average.';
comment on column core.supplier_performance.return_percent is
'Part of the pieces that went back, percent.';
comment on column core.supplier_performance.roi_percent is
'Profit on what was bought, percent of its cost.';
comment on column core.supplier_performance.created_at is 'When it was first written.';
comment on column core.supplier_performance.updated_at is 'Last change.';
