-- A statement on a partition fires the triggers of the partition alone, so each has its
-- own. Those before this call that belong to it are replaced.
create or replace function system.create_audit_triggers(p_name text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_audited regclass;
    v_relation regclass;
    v_is_partitioned boolean;
    v_trigger record;
begin
    select registered.audited, class.relkind = 'p'
    into strict v_audited, v_is_partitioned
    from system.audited_tables as registered
    inner join pg_catalog.pg_class as class on registered.audited = class.oid
    where registered.name = p_name;
    for v_relation in
        select v_audited union all
        select leaf.relid from pg_catalog.pg_partition_tree(v_audited) as leaf
        where leaf.relid <> v_audited
    loop
        for v_trigger in
            select * from (values
                ('insert', 'after', 'referencing new table as new_rows'),
                ('update', 'after', 'referencing old table as old_rows'
                    || case when v_is_partitioned
                        then ' new table as new_rows' else '' end),
                ('delete', 'after', 'referencing old table as old_rows'),
                ('truncate', 'before', '')
            ) as wanted (event, moment, tables)
        loop
            execute format(
                'create or replace trigger %I %s %s on %s %s for each statement'
                ' execute function system.%I()',
                'audit_' || v_trigger.event, v_trigger.moment, v_trigger.event,
                v_relation, v_trigger.tables,
                format('audit_%s_%s', v_trigger.event, p_name)
            );
        end loop;
    end loop;
    if not v_is_partitioned then
        execute format(
            'create or replace trigger audit_mark after update on %s for each row'
            ' when (%s) execute function system.%I()',
            v_audited, system.audit_mark_condition(p_name), 'audit_mark_' || p_name
        );
    end if;
end;
$function$;

comment on function system.create_audit_triggers(text) is
'Put the triggers of the trail on an audited table and its partitions. p_name: of
system.audited_tables.';
