-- Rows that somebody is just writing are left for the next batch.
create or replace function system.remove_due(
    p_policy system.retention_policies,
    p_max_rows bigint,
    out removed_rows bigint,
    out removed_partitions integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_partition regclass;
    v_key text;
begin
    removed_partitions := 0;
    if p_policy.action = 'drop_partition' then
        select due.partition into v_partition
        from system.due_partitions(p_policy) as due
        limit 1;
        removed_rows := 0;
        if v_partition is not null then
            execute format('select count(*) from %s', v_partition) into removed_rows;
            execute format('drop table %s', v_partition);
            removed_partitions := 1;
        end if;
        return;
    end if;
    select string_agg(format('t0.%I', attribute.attname), ', ')
    into strict v_key
    from pg_catalog.pg_index as key
    inner join pg_catalog.pg_attribute as attribute
        on
            key.indrelid = attribute.attrelid
            and attribute.attnum = any(key.indkey)
    where key.indrelid = p_policy.relation and key.indisprimary;
    execute format(
        system.removal_statement(
            p_policy,
            case
                when p_policy.action = 'archive'::text
                    then system.archive_table(p_policy.relation)
            end
        ),
        format(
            '(%s) in (select %s from %s as t0 where %s limit %s for update skip locked)',
            v_key, v_key, p_policy.relation, system.due_condition(p_policy),
            least(p_policy.batch_rows, p_max_rows)
        )
    );
    get diagnostics removed_rows = row_count;
end;
$function$;

comment on function system.remove_due(system.retention_policies, bigint) is
'Remove one batch of rows that are due under a retention policy, or one partition, and
return how much that was. p_max_rows: no more rows than that, if it is less than a
batch.';
