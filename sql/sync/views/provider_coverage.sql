-- A product is covered by a provider when the provider knows it and has been asked in
-- time.
create or replace view sync.provider_coverage with (security_invoker = true) as
with asked as (
    select
        life.provider,
        known.product_id,
        known.fetched_at,
        life.time_to_live
    from sync.subjects as known
    inner join sync.answer_lives as life
        on known.data_type = life.data_type and known.tier = life.tier
),

linked as (
    select
        link.provider,
        link.product_id,
        max(asked.fetched_at) as fetched_at,
        bool_or(asked.fetched_at is not null) as is_fetched,
        bool_or(asked.fetched_at + asked.time_to_live > now()) as is_fresh
    from integration.product_links as link
    inner join sync.providers as provider on link.provider = provider.name
    left join asked
        on link.product_id = asked.product_id and link.provider = asked.provider
    where
        link.provider_variant_id = ''
        and not starts_with(link.origin, 'withdrawn:')
    group by link.provider, link.product_id
)

select
    linked.provider,
    count(*) as products,
    count(*) filter (where linked.is_fetched) as fetched,
    count(*) filter (where linked.is_fresh) as fresh,
    min(linked.fetched_at) as oldest_fetched_at
from linked
group by linked.provider;

comment on view sync.provider_coverage is
'Products that each provider knows, how many of them it has ever been asked for
successfully, and how many recently enough. oldest_fetched_at: of those asked for.';
