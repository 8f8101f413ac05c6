create or replace function system.describe_statistics(p_relations oid[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'statistics',
        format('%I.%I', namespace.nspname, known.stxname),
        jsonb_build_object(
            'owner', pg_get_userbyid(known.stxowner),
            'comment', obj_description(known.oid, 'pg_statistic_ext'),
            'definition', pg_get_statisticsobjdef(known.oid),
            'statistics target', nullif(known.stxstattarget, -1)
        )
    from pg_catalog.pg_statistic_ext as known
    inner join pg_catalog.pg_namespace as namespace
        on known.stxnamespace = namespace.oid
    where known.stxrelid = any(p_relations)
    union all
    select
        'publication',
        format('%I of %s', publication.pubname, member.prrelid::regclass),
        jsonb_build_object(
            'columns', (
                select jsonb_agg(attribute.attname order by attribute.attnum)
                from pg_catalog.pg_attribute as attribute
                where
                    attribute.attrelid = member.prrelid
                    and attribute.attnum = any(member.prattrs)
            ),
            'rows', pg_get_expr(member.prqual, member.prrelid)
        )
    from pg_catalog.pg_publication_rel as member
    inner join pg_catalog.pg_publication as publication
        on member.prpubid = publication.oid
    where member.prrelid = any(p_relations);
$function$;

comment on function system.describe_statistics(oid[]) is
'Return the extended statistics of tables, and the publications that they are in, with
their facts. Part of system.describe_catalog().';
