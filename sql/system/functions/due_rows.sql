create or replace function system.due_rows(p_policy system.retention_policies)
returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_rows bigint;
    v_some bigint;
    v_partition regclass;
begin
    if p_policy.action <> 'drop_partition' then
        execute format(
            'select count(*) from %s as t0 where %s',
            p_policy.relation, system.due_condition(p_policy)
        )
        into v_rows;
        return v_rows;
    end if;
    v_rows := 0;
    for v_partition in
        select due.partition from system.due_partitions(p_policy) as due
    loop
        execute format('select count(*) from %s', v_partition) into v_some;
        v_rows := v_rows + v_some;
    end loop;
    return v_rows;
end;
$function$;

comment on function system.due_rows(system.retention_policies) is
'Count the rows that are due under a retention policy and still there.';
