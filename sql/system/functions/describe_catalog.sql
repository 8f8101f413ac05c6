-- The settings are those that change how the server writes an expression: the same
-- object has the same facts for every role and session.
create or replace function system.describe_catalog(p_schemas text[])
returns table (kind text, identity text, facts jsonb, facts_sha256 text)
language plpgsql stable
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex'
set quote_all_identifiers = off set jit = off
as $function$
declare
    v_relations constant oid[] := system.described_relations(p_schemas);
begin
    return query
    with described as (
        select * from system.describe_schemas(p_schemas)
        union all
        select * from system.describe_relations(v_relations)
        union all
        select * from system.describe_columns(v_relations)
        union all
        select * from system.describe_constraints(v_relations)
        union all
        select * from system.describe_indexes(v_relations)
        union all
        select * from system.describe_triggers(v_relations)
        union all
        select * from system.describe_statistics(v_relations)
        union all
        select * from system.describe_functions(p_schemas)
        union all
        select * from system.describe_types(p_schemas)
        union all
        select * from system.describe_rarities(p_schemas)
    ),

    stripped as (
        select
            described.kind,
            described.identity,
            jsonb_strip_nulls(described.facts) as facts
        from described
    )

    select
        stripped.kind,
        stripped.identity,
        stripped.facts,
        encode(sha256(convert_to(stripped.facts::text, 'UTF8')), 'hex')
    from stripped;
end;
$function$;

comment on function system.describe_catalog(text[]) is
'Return every object of some schemas as pg_dump sees them: kind, identity, its facts
(definition, owner, privileges, comment ...; none where it is as usual), and their hash.
p_schemas: their names. Left out is what comes and goes at run time: partitions that
pg_partman makes, what moves generate, what is retired into archive.';
