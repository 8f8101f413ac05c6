-- Taking back an insert deletes the row; what refers to it must not vanish with it.
create or replace function system.require_no_dependents(
    p_registered system.audited_tables, p_transaction bigint, p_span int8range
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_reference record;
    v_count bigint;
begin
    for v_reference in
        select
            reference.conrelid::regclass as child,
            reference.conname as name,
            string_agg(
                format('child.%I = parent.%I', own.attname, theirs.attname), ' and '
            ) as is_child
        from pg_catalog.pg_constraint as reference
        cross join unnest(reference.conkey, reference.confkey) as pair (own, theirs)
        inner join pg_catalog.pg_attribute as own
            on reference.conrelid = own.attrelid and pair.own = own.attnum
        inner join pg_catalog.pg_attribute as theirs
            on reference.confrelid = theirs.attrelid and pair.theirs = theirs.attnum
        where
            reference.contype = 'f'
            and reference.conparentid = 0
            and reference.confrelid = p_registered.audited
            and reference.confdeltype in ('c', 'n', 'd')
        group by reference.oid, reference.conrelid, reference.conname
    loop
        execute format(
            'select count(*) from %s as child inner join %s as parent on %s'
            ' where exists (select from %s as kept where %s'
            ' and kept.trail_transaction = $1 and kept.trail_id <@ $2)',
            v_reference.child, p_registered.audited, v_reference.is_child,
            p_registered.history,
            system.audit_list(
                system.last_shape(p_registered.name), 'kept.%1$I = parent.%2$I',
                ' and ', true
            )
        )
        into v_count
        using p_transaction, p_span;
        if v_count > 0 then
            raise exception 'transaction % cannot be reverted', p_transaction
                using errcode = 'MD405',
                    detail = format(
                        '%s rows of %s refer to rows of %s that it inserted (%s).',
                        v_count, v_reference.child, p_registered.audited,
                        v_reference.name
                    ),
                    hint = 'Revert what inserted those first.';
        end if;
    end loop;
end;
$function$;

comment on function system.require_no_dependents(
    system.audited_tables, bigint, int8range
) is
'Refuse when rows that a transaction inserted are referred to by rows that deleting them
would delete or change. p_span: change ids. Errors: MD405.';
