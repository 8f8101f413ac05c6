create or replace function strangler.refusal_condition(p_mapped text)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        '(%1$s.reject_reason is not null or %1$s.origin is null'
        ' or %1$s.observed_at is null)',
        p_mapped
    );
$function$;

comment on function strangler.refusal_condition(text) is
'Return SQL that tells whether a mapped row, or the lack of one, is not to be written.
p_mapped: the row, in brackets.';
