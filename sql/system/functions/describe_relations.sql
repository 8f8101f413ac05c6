-- Composite types are described as types; their columns are columns.
create or replace function system.describe_relations(p_relations oid[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        case class.relkind
            when 'v' then 'view'
            when 'm' then 'materialized view'
            when 'S' then 'sequence'
            when 'f' then 'foreign table'
            else 'table'
        end,
        format('%I.%I', namespace.nspname, class.relname),
        jsonb_build_object(
            'owner', pg_get_userbyid(class.relowner),
            'privileges', case
                when class.relacl is not null
                    then system.describe_privileges(
                        class.relacl,
                        case
                            when class.relkind = 'S'
                                then acldefault('s', class.relowner)
                            else acldefault('r', class.relowner)
                        end
                    )
            end,
            'comment', comment.description,
            'persistence', nullif(class.relpersistence, 'p'),
            'storage parameters', class.reloptions,
            'toast storage parameters', toast.reloptions,
            'tablespace', tablespace.spcname,
            'access method', access_method.amname,
            'definition', case
                when class.relkind in ('v', 'm') then pg_get_viewdef(class.oid)
            end
        )
        || coalesce(of_table.facts, of_sequence.facts, '{}')
    from unnest(p_relations) as wanted (oid)
    inner join pg_catalog.pg_class as class on wanted.oid = class.oid
    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid
    left join pg_catalog.pg_class as toast on class.reltoastrelid = toast.oid
    left join pg_catalog.pg_tablespace as tablespace
        on class.reltablespace = tablespace.oid
    left join pg_catalog.pg_am as access_method on class.relam = access_method.oid
    left join pg_catalog.pg_description as comment
        on
            class.oid = comment.objoid
            and comment.classoid = 'pg_catalog.pg_class'::regclass
            and comment.objsubid = 0
    left join system.describe_tables(p_relations) as of_table
        on class.oid = of_table.oid
    left join system.describe_sequences(p_relations) as of_sequence
        on class.oid = of_sequence.oid
    where class.relkind <> 'c';
$function$;

comment on function system.describe_relations(oid[]) is
'Return tables, views and sequences with their facts. Part of
system.describe_catalog().';
