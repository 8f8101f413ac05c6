-- Starts from the rows as they are, and takes back what was changed since. What a
-- transaction changed before p_at goes too when it was still at work afterwards: nobody
-- could see it yet.
create or replace function system.as_of(p_table regclass, p_at timestamptz)
returns setof jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered constant system.audited_tables := system.require_audited(p_table);
    v_columns constant jsonb := system.last_shape(v_registered.name);
    v_then constant jsonb := system.columns_as_of(v_registered.name, p_at);
begin
    perform system.require_trail_since(v_registered, p_at);
    return query execute format(
        $query$
        with later as (
            select distinct kept.trail_transaction
            from %1$s as kept
            where kept.trail_at > $1
        ),

        undone as materialized (
            select distinct on (%2$s) kept.*
            from %1$s as kept
            where
                kept.trail_at > $1
                or (
                    kept.trail_at > $1 - interval '1 day'
                    and kept.trail_transaction in (
                        select later.trail_transaction from later
                    )
                )
            order by %2$s, kept.trail_id
        )

        select (select to_jsonb(part) from (select %3$s) as part)
        from %4$s as present
        where not exists (select from undone as kept where %5$s)
        union all
        select (select to_jsonb(part) from (select %6$s) as part)
        from undone as kept
        where kept.trail_operation not in ('I', 'N')
        $query$,
        v_registered.history,
        system.audit_list(v_columns, 'kept.%1$I', ', ', true),
        system.audit_list(v_then, 'present.%2$I as %2$I'),
        p_table,
        system.audit_list(v_columns, 'kept.%1$I = present.%2$I', ' and ', true),
        system.audit_past_values(v_registered.name, v_then)
    )
    using p_at;
end;
$function$;

comment on function system.as_of(regclass, timestamptz) is
'Return the rows of an audited table as they were at a time, each as a JSON object of
the columns that were there then and still are, under the names of today. What a
transaction did before p_at is left out when it ended later; one is taken to last a
day at most. Costs what was changed since. Errors: MD403 for a table that was never
audited, MD404 for a time that the trail does not reach back to.';
