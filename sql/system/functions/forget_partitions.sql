-- The counterpart of partition_by_time: its table is about to go, or is kept by hand.
create or replace function system.forget_partitions(p_table text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_partman text;
    v_template text;
begin
    delete from system.partitioned_tables as kept
    where kept.parent = to_regclass(p_table);
    select namespace.nspname::text into v_partman
    from pg_catalog.pg_extension as extension
    inner join pg_catalog.pg_namespace as namespace
        on extension.extnamespace = namespace.oid
    where extension.extname = 'pg_partman';
    if v_partman is null then
        return;
    end if;
    execute format(
        'delete from %I.part_config where parent_table = $1 returning template_table',
        v_partman
    )
    into v_template
    using array_to_string(parse_ident(p_table), '.');
    if v_template is not null then
        execute format(
            'drop table if exists %I.%I',
            split_part(v_template, '.', 1), split_part(v_template, '.', 2)
        );
    end if;
end;
$function$;

comment on function system.forget_partitions(text) is
'Stop keeping the partitions of a table; those that are there stay.
p_table: schema-qualified name. Does nothing for a table that is not kept.';
