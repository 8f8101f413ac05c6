-- A move makes and drops these at run time, so they are no part of what is installed.
-- A role that may not read the moves goes by the names that they give.
create or replace function system.generated_functions()
returns oid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_moves constant oid := (
        select class.oid
        from pg_catalog.pg_class as class
        where
            class.relname = 'moves'
            and class.relnamespace = 'strangler'::regnamespace
    );
    v_pattern text := '^(map|capture_[a-z]+)_';
begin
    if v_moves is null then
        return array[]::oid[];
    end if;
    if has_schema_privilege('strangler'::regnamespace, 'usage')
        and has_table_privilege(v_moves, 'select') then
        select
            format(
                '^(capture_[a-z]+_(%s)|%s)$', string_agg(move.name, '|'),
                string_agg(split_part(move.map_function, '.', 2), '|')
            )
        into v_pattern
        from strangler.moves as move;
    end if;
    return array(
        select function.oid
        from pg_catalog.pg_proc as function
        where
            function.pronamespace = 'strangler'::regnamespace
            and function.proname ~ v_pattern
    );
end;
$function$;

comment on function system.generated_functions() is
'Return the functions that the registered moves brought with them: the mapping, and the
parts of the capture.';
