-- title: Foreign keys
-- id: INV003
-- cost: catalog
-- note: who refers to whom; KEY002 lists the columns that look like more of them
with links as (
    select
        reference.convalidated as is_validated,
        columns.list as column_names,
        format('%I.%I', child_schema.nspname, child.relname) as table_name,
        format('%I.%I', parent_schema.nspname, parent.relname) as refers_to,
        case reference.confdeltype
            when 'c' then 'cascades'
            when 'n' then 'sets null'
            when 'd' then 'sets default'
            else 'refused'
        end as on_delete
    from pg_constraint as reference
    inner join pg_class as child on reference.conrelid = child.oid
    inner join pg_namespace as child_schema on child.relnamespace = child_schema.oid
    inner join pg_class as parent on reference.confrelid = parent.oid
    inner join pg_namespace as parent_schema on parent.relnamespace = parent_schema.oid
    cross join
        lateral (
            select
                string_agg(quote_ident(attribute.attname), ', ' order by key.position)
                    as list
            from unnest(reference.conkey) with ordinality as key (attnum, position)
            inner join pg_attribute as attribute
                on key.attnum = attribute.attnum and child.oid = attribute.attrelid
        ) as columns
    where
        reference.contype = 'f'
        and reference.conparentid = 0
        and not child.relispartition
)

select
    links.table_name,
    links.column_names,
    links.refers_to,
    links.on_delete,
    links.is_validated
from links
order by links.table_name, links.column_names;
