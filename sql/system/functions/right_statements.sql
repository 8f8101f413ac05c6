-- One statement for all objects of a schema that want the same, rather than thousands.
create or replace function system.right_statements(p_is_wanted boolean)
returns table (subject text, detail text, statement text)
language sql stable
set search_path = pg_catalog, pg_temp set jit = off
as $function$
    with wanted as materialized (
        select right_.*
        from system.wanted_rights() as right_
        inner join pg_catalog.pg_roles as role on right_.role = role.rolname
        where p_is_wanted
    ),

    held as materialized (
        select right_.* from system.held_rights() as right_
    ),

    differences as (
        select 'grant' as verb, missing.*
        from (select wanted.* from wanted except select held.* from held) as missing
        union all
        select 'revoke', surplus.*
        from (select held.* from held except select wanted.* from wanted) as surplus
    ),

    by_object as (
        select
            differences.verb,
            differences.role,
            differences.kind,
            differences.object,
            string_agg(
                differences.privilege || coalesce(columns.list, ''), ', '
                order by differences.privilege
            ) as privileges
        from (
            select
                difference.verb,
                difference.role,
                difference.kind,
                difference.object,
                difference.privilege,
                array_agg(difference.column_name order by difference.column_name)
                filter (where difference.column_name is not null) as column_names,
                difference.column_name is null as is_whole
            from differences as difference
            group by
                difference.verb, difference.role, difference.kind, difference.object,
                difference.privilege, difference.column_name is null
        ) as differences
        left join lateral (
            select
                ' (' || string_agg(quote_ident(name.text), ', ' order by name.text) || ')'
                as list
            from unnest(differences.column_names) as name (text)
            where not differences.is_whole
        ) as columns on true
        group by
            differences.verb, differences.role, differences.kind, differences.object
    ),

    named as (
        select
            by_object.*,
            case by_object.kind
                when 'schema' then by_object.object::regnamespace::text
                when 'function' then by_object.object::regprocedure::text
                else by_object.object::regclass::text
            end as name
        from by_object
    )

    select
        named.role,
        format('%s %s', named.verb, named.privileges),
        format(
            '%s %s on %s %s %s %I',
            named.verb,
            named.privileges,
            named.kind,
            string_agg(named.name, ', ' order by named.name),
            case named.verb when 'grant' then 'to' else 'from' end,
            named.role
        )
    from named
    group by named.verb, named.role, named.kind, named.privileges
    order by named.verb desc, named.role, named.kind, named.privileges;
$function$;

comment on function system.right_statements(boolean) is
'Return the statements that give the roles which are there what system.access_rules()
says, and take what it does not: role, what it is about, and statement. p_is_wanted:
false for all that they have to be taken.';
