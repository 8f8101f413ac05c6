create or replace function auth.process_deletion_request(
    p_request auth.deletion_requests
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_kept_until date;
    v_rows bigint;
begin
    select users.retained_until_date into v_kept_until
    from auth.users as users
    where users.id = p_request.user_id;
    if v_kept_until >= current_date then
        update auth.deletion_requests
        set
            state = 'refused',
            finished_at = now(),
            outcome = format('the data have to be kept until %s', v_kept_until)
        where id = p_request.id;
        return;
    end if;
    if p_request.user_id is not null then
        select sum(done.rows) into v_rows
        from system.forget_subject(
            'user', p_request.user_id::text, p_request.kind, false, 'request'
        ) as done;
    end if;
    update auth.deletion_requests
    set
        state = 'done',
        finished_at = now(),
        outcome = format('%s rows', coalesce(v_rows, 0))
    where id = p_request.id;
end;
$function$;

comment on function auth.process_deletion_request(auth.deletion_requests) is
'Do one deletion request: forget its user, or refuse while the law asks to keep the
data. Part of auth.process_deletion_requests().';
