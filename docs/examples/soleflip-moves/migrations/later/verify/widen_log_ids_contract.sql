do $verify$
begin
    if to_regproc('legacy_system.keep_logs_id_new_in_step') is not null then
        raise exception 'the columns of % are still kept in step', 'legacy_system.logs';
    end if;
end;
$verify$;
