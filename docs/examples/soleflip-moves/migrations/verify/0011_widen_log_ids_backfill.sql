-- noqa: disable=LT05
do $verify$
begin
    if to_regproc('legacy_system.fill_logs_id_new') is not null then
        raise exception 'the backfill of % has not come to its end', 'legacy_system.logs';
    end if;
end;
$verify$;
