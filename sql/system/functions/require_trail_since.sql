create or replace function system.require_trail_since(
    p_registered system.audited_tables, p_at timestamptz
)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_oldest constant timestamptz := (
        select min(
            substring(
                pg_get_expr(class.relpartbound, class.oid)
                from 'FROM \(''([^'']+)''\)'
            )::timestamptz
        )
        from pg_catalog.pg_inherits as inheritance
        inner join pg_catalog.pg_class as class on inheritance.inhrelid = class.oid
        where inheritance.inhparent = p_registered.history
    );
    v_since constant timestamptz := greatest(p_registered.recorded_since, v_oldest);
begin
    if p_at < v_since or not p_registered.is_enabled then
        raise exception 'the trail of % does not tell of %',
            p_registered.audited, p_at
            using errcode = 'MD404',
                detail = case
                    when p_registered.is_enabled
                        then format('It is complete since %s.', v_since)
                    else 'It is switched off, so the present rows say nothing of the past.'
                end;
    end if;
end;
$function$;

comment on function system.require_trail_since(
    system.audited_tables, timestamptz
) is
'Refuse a time since which changes are missing: before the trail began, dropped by
retention, or any while it is off. Errors: MD404.';
