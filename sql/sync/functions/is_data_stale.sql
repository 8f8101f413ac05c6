-- Asked of the last answer and not of due_at: a subject whose jobs fail is put off, and
-- is stale all the same.
create or replace function sync.is_data_stale(
    p_data_type text,
    p_subject text,
    p_at timestamptz default now()
)
returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform sync.require_data_type(p_data_type);
    return not exists (
        select from sync.subjects as known
        where
            known.data_type = p_data_type
            and known.subject = p_subject
            and known.fetched_at + sync.time_to_live(known.data_type, known.tier) > p_at
    );
end;
$function$;

comment on function sync.is_data_stale(text, text, timestamptz) is
'Tell whether the last answer about a subject is older than its tier allows; true also
when there is none, or the subject is not known.
p_at: the moment that counts.
Errors: MD201 when the data type is not registered.';
