-- title: Foreign key without an index
-- id: HSE003
-- severity: error
-- why: deleting one row of the parent would read the whole child table
-- fix: add an index that begins with the key's columns in the same migration
select
    format('%s.%I', reference.conrelid::regclass, reference.conname) as subject,
    format('refers to %s', reference.confrelid::regclass) as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_constraint as reference
    on room.name::regnamespace = reference.connamespace
where
    reference.contype = 'f'
    and reference.conparentid = 0
    -- One that leaves out rows will do when it leaves out only those without a value.
    and not exists (
        select
        from pg_index as entry
        where
            entry.indrelid = reference.conrelid
            and entry.indisvalid
            and (entry.indkey::int2[])[0:cardinality(reference.conkey) - 1]
            @> reference.conkey
            and (
                entry.indpred is null
                or pg_get_expr(entry.indpred, entry.indrelid)
                ~ '^\(\w+ IS NOT NULL\)$'
            )
    )
order by subject;
