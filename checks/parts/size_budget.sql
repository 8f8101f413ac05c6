-- The size of each database of the server, and its share of the budget.
with sizes as (
    select
        current_database()::text as database_name,
        pg_database_size(current_database()) as size_bytes,
        pg_size_bytes(current_setting('mdt.size_budget')) as budget_bytes
),

shares as (
    select
        sizes.database_name,
        sizes.size_bytes,
        sizes.budget_bytes,
        100.0 * sizes.size_bytes / nullif(sizes.budget_bytes, 0) as used_percent
    from sizes
)

select
    shares.database_name,
    shares.size_bytes,
    shares.budget_bytes,
    shares.used_percent,
    case
        when shares.used_percent >= 95 then 'fail'
        when shares.used_percent >= 80 then 'warn'
        else 'ok'
    end as status
from shares;
