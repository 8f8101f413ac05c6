-- title: Coverage of the catalogue
-- id: HLT002
-- bar: fetched_percent
select
    coverage.provider,
    coverage.products,
    coverage.fetched,
    coverage.fresh,
    round(100.0 * coverage.fetched / coverage.products, 1) as fetched_percent,
    format('%s/%s', coverage.fetched, coverage.products) as coverage
from sync.provider_coverage as coverage
order by coverage.provider;
