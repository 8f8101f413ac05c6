create or replace function system.change_groups(p_transaction bigint)
returns setof jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with numbered as (
        select
            changes.*,
            row_number() over (order by changes.change_id)
            - row_number() over (
                partition by changes.name, changes.operation
                order by changes.change_id
            ) as run
        from system.changes_of(p_transaction) as changes
    )

    select jsonb_build_object(
        'name', numbered.name,
        'operation', numbered.operation,
        'span', int8range(min(numbered.change_id), max(numbered.change_id), '[]')
    )
    from numbered
    group by numbered.name, numbered.operation, numbered.run
    order by max(numbered.change_id) desc;
$function$;

comment on function system.change_groups(bigint) is
'Return the changes of a transaction, latest first, as runs of one operation in one
table: JSON objects of name, operation and span of change ids.';
