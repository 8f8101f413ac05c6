do $verify$
begin
    if to_regproc('{{ schema }}.{{ keep }}') is not null then
        raise exception 'the columns of % are still kept in step', '{{ table }}';
    end if;
end;
$verify$;
