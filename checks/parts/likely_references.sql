-- Columns that look like references, by name and type, each with its likely parents:
-- the CTEs tables to ranked. Of ranked the rows with place 1 that are clear count.
with tables as (
    select
        relation.oid,
        relation.relkind,
        relation.relname,
        namespace.nspname,
        format('%I.%I', namespace.nspname, relation.relname) as name,
        string_to_array(
            regexp_replace(
                regexp_replace(lower(relation.relname), 'ies$', 'y'), 's$', ''
            ),
            '_'
        ) as words
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        relation.relkind in ('r', 'p')
        and not relation.relispartition
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
),

columns as (
    select
        tables.oid,
        attribute.attnum,
        attribute.attname,
        case
            when attribute.atttypid = 'uuid'::regtype then 'uuid'
            when
                attribute.atttypid in (
                    'int2'::regtype, 'int4'::regtype, 'int8'::regtype
                )
                then 'integer'
            else 'text'
        end as family,
        exists(
            select from pg_index as index_entry
            where
                index_entry.indrelid = tables.oid
                and index_entry.indisunique
                and index_entry.indisvalid
                and index_entry.indimmediate
                and index_entry.indnkeyatts = 1
                and index_entry.indkey[0] = attribute.attnum
                and index_entry.indpred is null
        ) as is_key
    from tables
    inner join pg_attribute as attribute on tables.oid = attribute.attrelid
    where
        attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.atttypid in (
            'uuid'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype,
            'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype
        )
),

uses as (
    select
        reference.confrelid as oid,
        count(*) as total
    from pg_constraint as reference
    where reference.contype = 'f'
    group by reference.confrelid
),

parents as (
    select
        columns.oid,
        columns.attname,
        columns.family,
        tables.nspname,
        tables.words,
        coalesce(uses.total, 0) as uses
    from columns
    inner join tables on columns.oid = tables.oid
    left join uses on columns.oid = uses.oid
    where columns.is_key
),

-- What a column that refers to a parent may be called; materialized to be hashed.
names as materialized (
    select
        parents.oid,
        parents.attname,
        parents.family,
        parents.nspname,
        parents.uses,
        suffix.place,
        array_to_string(parents.words[suffix.place:], '_')
        || '_' || lower(parents.attname) as child_name
    from parents
    cross join lateral generate_series(1, cardinality(parents.words))
        as suffix (place)
),

children as (
    select
        columns.oid,
        columns.attnum,
        columns.attname,
        columns.family,
        columns.is_key,
        tables.nspname
    from columns
    inner join tables on columns.oid = tables.oid
    where
        not exists (
            select from pg_constraint as reference
            where
                reference.contype = 'f'
                and reference.conrelid = columns.oid
                and columns.attnum = any(reference.conkey)
        )
),

-- product_id is like products.id; alias_variant_id like inventory_alias_variants.id;
-- symbol like profiles.symbol, where symbol alone is a key and named like one.
matches as (
    select
        children.oid,
        children.attname,
        names.oid as parent_oid,
        names.attname as parent_column,
        case when names.place = 1 then 0 else 2 end
        + case when children.nspname = names.nspname then 0 else 1 end as distance,
        names.uses
    from names
    inner join children
        on
            names.child_name = lower(children.attname)
            and names.family = children.family
            and names.oid <> children.oid
    where
        -- A parent that has such a column too has its own idea of that id.
        not exists (
            select from columns
            where
                columns.oid = names.oid
                and columns.attname = children.attname
        )
    union all
    select
        children.oid,
        children.attname,
        parents.oid as parent_oid,
        parents.attname as parent_column,
        case when children.nspname = parents.nspname then 4 else 5 end as distance,
        parents.uses
    from parents
    inner join children
        on
            parents.attname = children.attname
            and parents.family = children.family
    where
        not children.is_key
        and parents.attname ~* (
            '(_(id|key|code|no|number|type)|^(sku|symbol|ticker|isin|ean|upc|gtin|cusip'
            || '|cik|barcode|currency|country|provider|platform))$'
        )
),

ranked as (
    select
        matches.oid,
        matches.attname,
        matches.parent_oid,
        matches.parent_column,
        -- A name alone is a guess, and no orphan is one where most rows have no parent.
        matches.distance >= 4 as is_guess,
        row_number() over candidates as place,
        -- Of several that are as near, the one that most others refer to stands out.
        coalesce(lead(matches.distance) over candidates, -1) <> matches.distance
        or matches.uses >= 3 * (lead(matches.uses) over candidates + 1) as is_clear
    from matches
    window candidates as (
        partition by matches.oid, matches.attname
        order by matches.distance asc, matches.uses desc, matches.parent_oid asc
    )
),
