-- title: Money that is not whole cents beside a currency
-- id: HSE008
-- severity: error
-- why: an amount means nothing without its currency, and floats lose cents
-- fix: make the column bigint, and put a currency char(3) into the same table
with columns as (
    select
        class.oid,
        attribute.attname,
        attribute.atttypid,
        attribute.atttypmod
    from system.installation as installation
    cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
    inner join pg_class as class on room.name::regnamespace = class.relnamespace
    inner join pg_attribute as attribute on class.oid = attribute.attrelid
    where
        class.relkind in ('r', 'p', 'm', 'v')
        and not class.relispartition
        -- A history has the columns of its table, which may be of another house.
        and not exists (
            select
            from system.audited_tables as known
            where known.history = class.oid
        )
        and attribute.attnum > 0
        and not attribute.attisdropped
)

select
    format('%s.%I', amount.oid::regclass, amount.attname) as subject,
    format_type(amount.atttypid, amount.atttypmod) as detail
from columns as amount
where
    amount.attname ~ '_cents$'
    and (
        amount.atttypid not in ('bigint'::regtype, 'numeric'::regtype)
        or not exists (
            select
            from columns as currency
            where
                currency.oid = amount.oid
                and currency.attname ~ '^(.+_)?currency$'
        )
    )
order by subject;
