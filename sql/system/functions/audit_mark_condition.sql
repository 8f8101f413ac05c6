-- Evaluated for each updated row, so what most likely differs comes before the whole
-- row.
create or replace function system.audit_mark_condition(p_name text)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        '%s or not (%sold *<> new)',
        system.audit_list(
            shape.columns, 'old.%2$I is distinct from new.%2$I', ' or ', true
        ),
        case
            when jsonb_path_exists(
                shape.columns,
                '$[*] ? (@.name == "updated_at"'
                ' && @.type == "timestamp with time zone")'
            )
                then 'old.updated_at is distinct from new.updated_at or '
        end
    )
    from (select system.last_shape(p_name) as columns) as shape;
$function$;

comment on function system.audit_mark_condition(text) is
'Return the condition, on old and new, that a row was left as it was or got another
primary key. p_name: of system.audited_tables.';
