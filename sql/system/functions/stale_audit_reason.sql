create or replace function system.stale_audit_reason(p_name text)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with registered as (
        select known.audited, class.relkind = 'p' as is_partitioned
        from system.audited_tables as known
        inner join pg_catalog.pg_class as class on known.audited = class.oid
        where known.name = p_name
    ),

    present as (
        select column_.number, column_.name, column_.type, column_.key_position
        from registered
        cross join lateral system.audited_columns(registered.audited) as column_
    ),

    recorded as (
        select past.number, past.name, past.type, past.key as key_position
        from jsonb_to_recordset(system.last_shape(p_name))
            as past (number smallint, name text, type text, key integer)
    ),

    -- Asked for once, and not for each trigger of each partition.
    generated as materialized (
        select unnest(system.audit_functions(p_name)) as function
    ),

    lacking as (
        select tree.relation, wanted.name
        from registered
        cross join lateral (
            select registered.audited::oid as relation
            union
            select leaf.relid
            from pg_catalog.pg_partition_tree(registered.audited) as leaf
        ) as tree
        cross join unnest(array[
            'audit_insert', 'audit_update', 'audit_delete', 'audit_truncate',
            case when not registered.is_partitioned then 'audit_mark' end
        ]) as wanted (name)
        where
            wanted.name is not null
            and not exists (
                select from pg_catalog.pg_trigger as trigger
                inner join generated on trigger.tgfoid = generated.function
                where
                    trigger.tgrelid = tree.relation
                    and trigger.tgname = wanted.name
                    and trigger.tgenabled in ('O', 'A')
            )
    )

    select coalesce(
        (
            select 'its columns changed: ' || string_agg(
                distinct quote_ident(differing.name), ', '
            )
            from (
                (table present except table recorded)
                union all
                (table recorded except table present)
            ) as differing
        ),
        (
            select format('%s has no trigger %s', lacking.relation::regclass, lacking.name)
            from lacking
            order by lacking.relation, lacking.name
            limit 1
        )
    );
$function$;

comment on function system.stale_audit_reason(text) is
'Return why the trail of a table does not record all that changes in it, null when it
does. p_name: of system.audited_tables.';
