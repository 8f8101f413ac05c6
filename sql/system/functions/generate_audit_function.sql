-- Who, when and why are asked for once a statement, not once a row. The rights are the
-- owner's, since nobody else may write to a history. No error is caught: a change that
-- cannot be recorded is not made.
create or replace function system.generate_audit_function(
    p_name text, p_event text, p_body text
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_function constant text :=
        format('system.%I()', format('audit_%s_%s', p_event, p_name));
begin
    execute format(
        $template$
        create or replace function %s
        returns trigger
        language plpgsql volatile security definer
        set search_path = pg_catalog, pg_temp
        as $body$
        declare
            v_at constant timestamptz := clock_timestamp();
            v_transaction constant bigint := txid_current();
            v_role constant text := session_user;
            v_actor constant text :=
                nullif(current_setting('mdt.actor', true), '');
            v_reason constant text := coalesce(
                nullif(current_setting('mdt.reason', true), ''),
                nullif(current_setting('application_name'), '')
            );
            v_migration constant text :=
                nullif(current_setting('mdt.migration', true), '');
        begin
            %s
            return null;
        end;
        $body$;
        $template$,
        v_function,
        p_body
    );
    execute format('revoke all on function %s from public', v_function);
    execute format(
        'comment on function %s is %L', v_function,
        format('Part of the change trail of %s, which generated it.', p_name)
    );
end;
$function$;

comment on function system.generate_audit_function(text, text, text) is
'Create the function of one trigger of an audited table. p_name: of
system.audited_tables. p_event: insert, update, delete or truncate. p_body:
PL/pgSQL, in which v_at, v_transaction, v_role, v_actor, v_reason and v_migration
say who, when, why.';
