-- The same names in other kinds of statements; what belongs to a table or a column goes
-- with it. Partitions and tables alike, so that the new owner can maintain them.
create or replace function system.change_owner(p_owner text)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_statements constant text[] := array(
        select change.statement
        from (
            select format('alter schema %I', namespace.nspname), 1
            from pg_catalog.pg_namespace as namespace
            where
                namespace.nspname = any(system.installed_schemas())
                and pg_get_userbyid(namespace.nspowner) <> p_owner
            union all
            select
                format(
                    'alter %s %s',
                    case class.relkind
                        when 'v' then 'view'
                        when 'm' then 'materialized view'
                        when 'S' then 'sequence'
                        when 'c' then 'type'
                        else 'table'
                    end,
                    class.oid::regclass
                ),
                2
            from pg_catalog.pg_class as class
            where
                class.relnamespace::regnamespace::text = any(system.installed_schemas())
                and class.relkind in ('r', 'p', 'v', 'm', 'S', 'c')
                and pg_get_userbyid(class.relowner) <> p_owner
                and not exists (
                    select from pg_catalog.pg_depend as use
                    where
                        use.classid = 'pg_class'::regclass
                        and use.objid = class.oid
                        and class.relkind = 'S'
                        and use.deptype in ('a', 'i')
                )
            union all
            select format('alter routine %s', routine.oid::regprocedure), 3
            from pg_catalog.pg_proc as routine
            where
                routine.pronamespace::regnamespace::text = any(system.installed_schemas())
                and pg_get_userbyid(routine.proowner) <> p_owner
            union all
            select format('alter type %s', type.oid::regtype), 4
            from pg_catalog.pg_type as type
            where
                type.typnamespace::regnamespace::text = any(system.installed_schemas())
                and type.typtype in ('d', 'e')
                and pg_get_userbyid(type.typowner) <> p_owner
        ) as change (statement, position)
        order by change.position
    );
    v_statement text;
begin
    perform system.begin_run();
    foreach v_statement in array v_statements loop
        execute format('%s owner to %I', v_statement, p_owner);
    end loop;
    perform system.refresh_access();
    perform system.end_run('apply', installation.toolkit_version)
    from system.installation as installation;
    return cardinality(v_statements);
end;
$function$;

comment on function system.change_owner(text) is
'Give all that this installation consists of to another role, such as mdt_owner; return
how many objects that were. Safe to repeat. p_owner: who then applies migrations and
maintains partitions; needs the same rights on pg_partman. Functions of moves that are
under way need that role''s rights on the old tables. Errors: 42704 for no such role;
42501 where the present role is not a member of it.';
