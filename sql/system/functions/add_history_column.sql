create or replace function system.add_history_column(
    p_history regclass, p_name text, p_type text
)
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_place text := p_name;
    v_number integer := 1;
begin
    while exists (
        select from pg_catalog.pg_attribute as attribute
        where attribute.attrelid = p_history and attribute.attname = v_place
    ) loop
        v_number := v_number + 1;
        v_place := left(p_name, 50) || '_' || v_number;
    end loop;
    execute format('alter table %s add column %I %s', p_history, v_place, p_type);
    execute format(
        'comment on column %s.%I is ''Value before the change.''', p_history, v_place
    );
    return v_place;
end;
$function$;

comment on function system.add_history_column(regclass, text, text) is
'Add a column to a history, under its name or one with a number; return that name.';
