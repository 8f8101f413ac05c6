create or replace function system.unseen_tables()
returns table (relation_name text, reason text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        found.relation::text,
        case
            when not has_table_privilege(found.relation, 'select')
                then 'this role may not read it'
            else 'policies may hide rows of it from this role'
        end
    from system.text_columns() as found
    inner join pg_catalog.pg_class as class on found.relation = class.oid
    where
        not has_table_privilege(found.relation, 'select')
        or row_security_active(found.relation)
        and not pg_has_role(class.relowner, 'usage')
    order by 1;
$function$;

comment on function system.unseen_tables() is
'Return the tables with columns that can hold text in which system.find_values() does
not look, or not at all rows, with the reason.';
