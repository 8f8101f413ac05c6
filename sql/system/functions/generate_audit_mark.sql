create or replace function system.generate_audit_mark(p_name text, p_key jsonb)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format(
        $template$
        create or replace function system.%1$I()
        returns trigger
        language plpgsql volatile security definer
        set search_path = pg_catalog, pg_temp
        as $body$
        begin
            perform set_config(%2$L, 'on', true);
            if %3$s then
                insert into system.audit_moved_keys (name, transaction_id, new_row)
                values (%4$L, txid_current(), to_jsonb(new));
            end if;
            return null;
        end;
        $body$;
        $template$,
        'audit_mark_' || p_name,
        'mdt.trail_' || p_name,
        system.audit_list(p_key, 'old.%2$I is distinct from new.%2$I', ' or '),
        p_name
    );
    execute format(
        'revoke all on function system.%I() from public', 'audit_mark_' || p_name
    );
    execute format(
        'comment on function system.%I() is %L', 'audit_mark_' || p_name,
        format('Part of the change trail of %s, which generated it.', p_name)
    );
end;
$function$;

comment on function system.generate_audit_mark(text, jsonb) is
'Create the trigger function that tells of rows which an update left as they were, or
gave another primary key. p_name: of system.audited_tables. p_key: columns of the
primary key, as in system.audit_shapes.';
