-- A domain is kept as its base type: it may refuse the nulls of rows that were
-- inserted.
create or replace function system.audited_columns(p_table regclass)
returns table (
    number smallint,
    name text,
    type text,
    kept_type text,
    key_position integer,
    is_computed boolean,
    is_identity boolean
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with recursive bases as (
        select
            attribute.attnum,
            attribute.atttypid as type_id,
            attribute.atttypmod as modifier
        from pg_catalog.pg_attribute as attribute
        where
            attribute.attrelid = p_table
            and attribute.attnum > 0
            and not attribute.attisdropped
        union all
        select
            bases.attnum,
            domain_type.typbasetype,
            domain_type.typtypmod
        from bases
        inner join pg_catalog.pg_type as domain_type
            on bases.type_id = domain_type.oid and domain_type.typtype = 'd'
    )

    select
        attribute.attnum,
        attribute.attname::text,
        format_type(attribute.atttypid, attribute.atttypmod),
        concat(
            format_type(bases.type_id, bases.modifier),
            case
                when attribute.attcollation <> base.typcollation
                    then format(
                        ' collate %I.%I',
                        collation_schema.nspname, collation_used.collname
                    )
            end
        ),
        array_position(key.indkey::smallint[], attribute.attnum) + 1,
        attribute.attgenerated <> '',
        attribute.attidentity = 'a'
    from bases
    inner join pg_catalog.pg_type as base
        on bases.type_id = base.oid and base.typtype <> 'd'
    inner join pg_catalog.pg_attribute as attribute
        on attribute.attrelid = p_table and bases.attnum = attribute.attnum
    left join pg_catalog.pg_index as key
        on key.indrelid = p_table and key.indisprimary
    left join pg_catalog.pg_collation as collation_used
        on attribute.attcollation = collation_used.oid
    left join pg_catalog.pg_namespace as collation_schema
        on collation_used.collnamespace = collation_schema.oid
    where
        attribute.attgenerated <> 'v'
        and not system.is_secret(attribute.attname)
    order by attribute.attnum;
$function$;

comment on function system.audited_columns(regclass) is
'Return the columns of a table that its trail records: number, name and type there,
kept_type (as the history has it), key_position (place in the primary key, null
outside), is_computed (generated), is_identity (generated always as identity). Left
out are virtual columns, which are not stored, and those of secrets (is_secret()).';
