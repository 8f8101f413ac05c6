-- The lock of system.forget_subject() is taken first: who waits for it holds no
-- request. Each request is a subtransaction, so that one that fails does not keep the
-- others from being done; it stays waiting, says why, and comes last from then on.
-- Only errors of ours are told in words, since those of the server may quote a value.
create or replace function auth.process_deletion_requests(
    p_max_requests integer default null
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_request auth.deletion_requests;
    v_tried uuid[] := '{}'::uuid[];
    v_done integer := 0;
    v_outcome text;
begin
    perform pg_advisory_xact_lock('system.erasures'::regclass::oid::integer, 0);
    loop
        exit when cardinality(v_tried) >= p_max_requests;
        select request.* into v_request
        from auth.deletion_requests as request
        where
            request.state = 'waiting'
            and request.due_at <= now()
            and request.id <> all(v_tried)
        order by request.outcome is not null, request.due_at, request.id
        limit 1
        for update skip locked;
        exit when not found;
        v_tried := v_tried || v_request.id;
        begin
            perform auth.process_deletion_request(v_request);
            v_done := v_done + 1;
        exception when others then
            v_outcome := case when sqlstate like 'MD%' then sqlerrm else sqlstate end;
            raise warning 'deletion request % failed: %', v_request.id, v_outcome
                using errcode = sqlstate;
            update auth.deletion_requests
            set outcome = 'failed: ' || v_outcome
            where id = v_request.id;
            insert into system.logs (level, component, message, details)
            values (
                'error', 'privacy', 'a deletion request failed',
                jsonb_build_object('request', v_request.id, 'error', v_outcome)
            );
        end;
    end loop;
    return v_done;
end;
$function$;

comment on function auth.process_deletion_requests(integer) is
'Do what is due of the deletion requests, and return how many were done or refused.
One that fails stays waiting, with the error as its outcome, in system.logs, and as a
warning. p_max_requests: at most so many, default all; with 1, each call is one
transaction.';
