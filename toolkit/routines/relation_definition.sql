create or replace function pg_temp.relation_definition(p_relation regclass)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        format(
            'create %s %s%s%s%s as %s%s',
            case class.relkind when 'v' then 'view' else 'materialized view' end,
            p_relation,
            ' using ' || quote_ident(method.amname),
            (
                select
                    ' with (' || string_agg(
                        format(
                            '%I=%L',
                            split_part(option.text, '=', 1),
                            substr(option.text, strpos(option.text, '=') + 1)
                        ),
                        ', '
                    ) || ')'
                from unnest(class.reloptions) as option (text)
            ),
            ' tablespace ' || quote_ident(space.spcname),
            rtrim(pg_get_viewdef(class.oid), ';'),
            case when class.relkind = 'm' then ' with no data' end
        )
    from pg_catalog.pg_class as class
    left join pg_catalog.pg_am as method on class.relam = method.oid
    left join pg_catalog.pg_tablespace as space on class.reltablespace = space.oid
    where class.oid = p_relation;
$function$;
