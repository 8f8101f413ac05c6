create or replace function system.take_strays(
    p_table regclass,
    p_starts_at timestamptz
)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_default regclass;
    v_where text;
    v_taken bigint;
begin
    select
        strays.default_partition,
        strays.condition
    into v_default, v_where
    from system.find_strays(p_table, p_starts_at) as strays;
    perform system.require_movable(p_table);
    drop table if exists pg_temp.strays;
    execute format('create temp table strays (like %s) on commit drop', v_default);
    execute format(
        'with gone as (delete from %s as stray where %s returning stray.*)
        insert into pg_temp.strays select gone.* from gone', v_default, v_where
    );
    get diagnostics v_taken = row_count;
    return v_taken;
end;
$function$;

comment on function system.take_strays(regclass, timestamptz) is
'Take the rows of a period out of the default partition, into pg_temp.strays; return how
many. Part of system.make_partition().';
