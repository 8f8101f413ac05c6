-- What the toolkit itself does not use, and a project may: told by its whole entry.
create or replace function system.describe_rarities(p_schemas text[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with chosen as (
        select namespace.oid
        from pg_catalog.pg_namespace as namespace
        where namespace.nspname = any(p_schemas)
    ),

    entries as (
        select
            'pg_catalog.pg_operator'::regclass as catalog, known.oid,
            known.oprowner as owner_oid,
            to_jsonb(known) - array['oid', 'oprname', 'oprnamespace', 'oprowner'] as entry
        from pg_catalog.pg_operator as known
        where known.oprnamespace in (select chosen.oid from chosen)
        union all
        select
            'pg_catalog.pg_opclass'::regclass, known.oid, known.opcowner,
            to_jsonb(known) - array['oid', 'opcname', 'opcnamespace', 'opcowner']
        from pg_catalog.pg_opclass as known
        where known.opcnamespace in (select chosen.oid from chosen)
        union all
        select
            'pg_catalog.pg_collation'::regclass, known.oid, known.collowner,
            to_jsonb(known) - array['oid', 'collname', 'collnamespace', 'collowner']
        from pg_catalog.pg_collation as known
        where known.collnamespace in (select chosen.oid from chosen)
        union all
        select
            'pg_catalog.pg_ts_config'::regclass, known.oid, known.cfgowner,
            to_jsonb(known) - array['oid', 'cfgname', 'cfgnamespace', 'cfgowner']
            || jsonb_build_object(
                'maps', (
                    select
                        jsonb_agg(
                            jsonb_build_array(
                                map.maptokentype, map.mapdict::regdictionary
                            )
                            order by map.maptokentype, map.mapseqno
                        )
                    from pg_catalog.pg_ts_config_map as map
                    where map.mapcfg = known.oid
                )
            )
        from pg_catalog.pg_ts_config as known
        where known.cfgnamespace in (select chosen.oid from chosen)
        union all
        select
            'pg_catalog.pg_ts_dict'::regclass, known.oid, known.dictowner,
            to_jsonb(known) - array['oid', 'dictname', 'dictnamespace', 'dictowner']
        from pg_catalog.pg_ts_dict as known
        where known.dictnamespace in (select chosen.oid from chosen)
    )
    select
        named.type,
        named.identity,
        jsonb_build_object(
            'owner', pg_get_userbyid(entries.owner_oid),
            'comment', obj_description(entries.oid, entries.catalog::text::name),
            'definition', entries.entry
        )
    from entries
    inner join lateral pg_identify_object(entries.catalog, entries.oid, 0) as named
        on true
    where
        not exists (
            select from pg_catalog.pg_depend as membership
            where
                membership.classid = entries.catalog
                and membership.objid = entries.oid
                and membership.deptype = 'e'
        );
$function$;

comment on function system.describe_rarities(text[]) is
'Return the operators, operator classes, collations and text search configurations of
schemas with their facts. p_schemas: their names. Part of system.describe_catalog().';
