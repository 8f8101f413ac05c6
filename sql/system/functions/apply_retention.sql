-- A policy that fails shall not stop the others: its error is recorded and returned.
create or replace function system.apply_retention(
    p_policy text default null,
    p_max_rows bigint default 100000
)
returns table (
    policy text,
    relation_name text,
    action text,
    removed_rows bigint,
    removed_partitions integer,
    left_rows bigint,
    error text
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_policy system.retention_policies;
    v_started_at timestamptz;
    v_some record;
begin
    for v_policy in
        select known.*
        from system.retention_policies as known
        where
            known.is_enabled
            and known.name = coalesce(p_policy, known.name)
        order by known.name
    loop
        continue when not pg_try_advisory_xact_lock(
            'system.retention_policies'::regclass::oid::integer, hashtext(v_policy.name)
        );
        policy := v_policy.name;
        relation_name := v_policy.relation::text;
        action := v_policy.action;
        removed_rows := 0;
        removed_partitions := 0;
        left_rows := null;
        error := null;
        v_started_at := clock_timestamp();
        begin
            while removed_rows < p_max_rows loop
                v_some := system.remove_due(v_policy, p_max_rows - removed_rows);
                exit when v_some.removed_rows = 0 and v_some.removed_partitions = 0;
                removed_rows := removed_rows + v_some.removed_rows;
                removed_partitions := removed_partitions + v_some.removed_partitions;
            end loop;
            left_rows := system.due_rows(v_policy);
        exception when others then
            error := format('%s: %s', sqlstate, sqlerrm);
            removed_rows := 0;
            removed_partitions := 0;
            raise warning 'retention policy "%" failed: %', policy, error
                using errcode = sqlstate;
        end;
        if removed_rows > 0 or removed_partitions > 0 or left_rows > 0
            or error is not null
        then
            insert into system.retention_runs (
                policy, started_at, finished_at, removed_rows, removed_partitions,
                left_rows, error
            )
            values (
                v_policy.name, v_started_at, clock_timestamp(),
                apply_retention.removed_rows, apply_retention.removed_partitions,
                apply_retention.left_rows, apply_retention.error
            );
        end if;
        return next;
    end loop;
end;
$function$;

comment on function system.apply_retention(text, bigint) is
'Remove what is due under the retention policies, in batches, and return by policy how
much that was and how many rows are left that are due. What did something, or failed, is
in system.retention_runs; a policy that is at work elsewhere is left out.
p_policy: this one alone. p_max_rows: of each policy, about so many rows in one call.';
