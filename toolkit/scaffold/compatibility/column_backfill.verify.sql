do $verify$
begin
    if to_regproc('{{ schema }}.{{ fill }}') is not null then
        raise exception 'the backfill of % has not come to its end', '{{ table }}';
    end if;
end;
$verify$;
