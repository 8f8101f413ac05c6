-- title: Provider that does not cover its products
-- id: HLT106
-- severity: error
-- why: a product that was never fetched shows no price, or one of the old system for
-- why: ever
-- fix: queue them with "mdt sync seed" and "mdt sync tick", and see the dead jobs with
-- fix: "mdt sync jobs --state dead"
select
    coverage.provider as subject,
    format('%s of %s products fetched', coverage.fetched, coverage.products) as detail
from sync.provider_coverage as coverage
where
    coverage.fetched < coverage.products
    and exists (
        select
        from sync.data_type_registry as registry
        inner join sync.subjects as known on registry.data_type = known.data_type
        where
            registry.provider = coverage.provider
            and registry.is_enabled
            and known.product_id is not null
    )
order by subject;
