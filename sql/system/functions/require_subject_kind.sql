create or replace function system.require_subject_kind(p_kind text)
returns regclass
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_root regclass;
begin
    select known.relation into v_root
    from system.classified_tables as known
    where known.subject_kind = p_kind;
    if v_root is null then
        raise exception 'there are no persons of the kind "%"', p_kind
            using errcode = 'MD501',
                detail = coalesce(
                    (
                        select format('There are: %s.', string_agg(
                            known.subject_kind, ', ' order by known.subject_kind
                        ))
                        from system.classified_tables as known
                        having count(known.subject_kind) > 0
                    ),
                    'No table is classified as one of persons.'
                ),
                hint = 'A table gets persons with system.classify_table().';
    end if;
    if (system.subject_key(v_root)).name is null then
        raise exception 'the rows of % cannot be named', v_root
            using errcode = 'MD501',
                detail = 'A table of persons has a primary key of one column.';
    end if;
    return v_root;
end;
$function$;

comment on function system.require_subject_kind(text) is
'Return the table in which each row is a person of a kind. Errors: MD501 when there is
none.';
