-- One row: what a column is, and what has to be made anew for one that takes its place.
select
    quote_ident(attribute.attname) as name,
    format_type(attribute.atttypid, attribute.atttypmod) as type,
    (
        select format('collate %%I.%%I', namespace.nspname, collation_.collname)
        from pg_catalog.pg_collation as collation_
        inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
        inner join pg_catalog.pg_namespace as namespace
            on collation_.collnamespace = namespace.oid
        where
            collation_.oid = attribute.attcollation
            and attribute.attcollation <> type.typcollation
    ) as collation,
    attribute.attnotnull as is_not_null,
    attribute.attidentity <> '' as is_identity,
    attribute.attgenerated <> '' as is_generated,
    quote_nullable(col_description(class.oid, attribute.attnum)) as comment,
    exists (
        select from pg_catalog.pg_constraint as key
        where key.confrelid = class.oid and attribute.attnum = any(key.confkey)
    ) as is_referenced,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'name', quote_ident(constraint_.conname),
            'plain_name', constraint_.conname,
            'kind', constraint_.contype,
            'definition', pg_get_constraintdef(constraint_.oid)
        ) order by constraint_.conname), '[]')
        from pg_catalog.pg_constraint as constraint_
        where
            constraint_.conrelid = class.oid
            and attribute.attnum = any(constraint_.conkey)
            and constraint_.contype in ('c', 'f', 'u', 'p', 'x')
    ) as constraints,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'name', quote_ident(index_class.relname),
            'plain_name', index_class.relname,
            'definition', pg_get_indexdef(index.indexrelid)
        ) order by index_class.relname), '[]')
        from pg_catalog.pg_index as index
        inner join pg_catalog.pg_class as index_class on index.indexrelid = index_class.oid
        where
            index.indrelid = class.oid
            and exists (
                select from pg_catalog.pg_depend as dependency
                where
                    dependency.objid = index.indexrelid
                    and dependency.refobjid = class.oid
                    and dependency.refobjsubid = attribute.attnum
                union all
                select where attribute.attnum = any(index.indkey::int2[])
            )
    ) as indexes,
    array(
        select distinct case
            when rule.ev_class is not null
                then pg_describe_object('pg_catalog.pg_class'::regclass, rule.ev_class, 0)
            else pg_describe_object(dependency.classid, dependency.objid, 0)
        end
        from pg_catalog.pg_depend as dependency
        left join pg_catalog.pg_rewrite as rule
            on
                dependency.classid = 'pg_catalog.pg_rewrite'::regclass
                and dependency.objid = rule.oid
        where
            dependency.refclassid = 'pg_catalog.pg_class'::regclass
            and dependency.refobjid = class.oid
            and dependency.refobjsubid = attribute.attnum
            and dependency.classid in (
                'pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_policy'::regclass,
                'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_proc'::regclass
            )
    ) as users
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
inner join pg_catalog.pg_attribute as attribute on class.oid = attribute.attrelid
where
    namespace.nspname = %(schema)s and class.relname = %(table)s
    and attribute.attname = %(column)s and attribute.attnum > 0
    and not attribute.attisdropped;
