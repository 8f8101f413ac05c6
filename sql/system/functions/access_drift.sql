create or replace function system.access_drift()
returns table (subject text, detail text, statement text)
language sql stable
set search_path = pg_catalog, pg_temp set jit = off
as $function$
    select drift.subject, drift.detail, drift.statement
    from system.role_statements() as drift
    union all
    select drift.subject, drift.detail, drift.statement
    from system.right_statements(true) as drift
    union all
    select drift.subject, drift.detail, drift.statement
    from system.default_statements(true) as drift
    union all
    select drift.subject, drift.detail, drift.statement
    from system.policy_statements(true) as drift;
$function$;

comment on function system.access_drift() is
'Return how roles, rights and policies differ from what the toolkit says they are: the
role or table, what about it, and the statement that mends it. No rows: all is well.
What needs a right that "mdt apply" had not is here for an administrator to run.';
