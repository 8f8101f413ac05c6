-- A product is covered by a provider when the provider knows it and has been asked in
-- time.
create or replace view sync.provider_coverage with (security_invoker = true) as
select
    linked.provider,
    count(*) as products,
    count(*) filter (where linked.is_fetched) as fetched,
    count(*) filter (where linked.is_fresh) as fresh,
    min(linked.fetched_at) as oldest_fetched_at
from (
    select
        link.provider,
        link.product_id,
        max(known.fetched_at) as fetched_at,
        bool_or(known.fetched_at is not null) as is_fetched,
        bool_or(
            known.fetched_at + sync.time_to_live(known.data_type, known.tier) > now()
        ) as is_fresh
    from integration.product_links as link
    inner join sync.providers as provider on link.provider = provider.name
    left join sync.subjects as known
        on
            link.product_id = known.product_id
            and exists (
                select
                from sync.data_type_registry as registry
                where
                    registry.data_type = known.data_type
                    and registry.provider = link.provider
            )
    where
        link.provider_variant_id = ''
        and not starts_with(link.origin, 'withdrawn:')
    group by link.provider, link.product_id
) as linked
group by linked.provider;

comment on view sync.provider_coverage is
'Products that each provider knows, how many of them it has ever been asked for
successfully, and how many recently enough. oldest_fetched_at: of those asked for.';
