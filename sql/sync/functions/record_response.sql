-- Raw payload, prices, subject and job change in one transaction, so an answer is never
-- half recorded, and never recorded twice: the second receipt is stale.
create or replace function sync.record_response(
    p_receipt text,
    p_http_status integer,
    p_payload jsonb,
    p_bytes bigint default null,
    p_error text default null,
    p_retry_after interval default null
)
returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_job record;
    v_counts record;
    v_is_answer boolean := p_http_status between 200 and 299 and p_payload is not null;
    v_nothing constant jsonb := jsonb_build_object(
        'state', 'stale', 'accepted', 0, 'unchanged', 0, 'rejected', 0
    );
begin
    select
        held.job_id, held.data_type, held.subject,
        registry.provider, registry.payload_kind, registry.request
    into v_job
    from sync.lock_jobs(array[p_receipt]) as held
    inner join sync.data_type_registry as registry
        on held.data_type = registry.data_type;
    if not found then
        return v_nothing;
    end if;
    update sync.api_call_queue as job
    set http_status = p_http_status, response_bytes = p_bytes
    where job.id = v_job.job_id;
    if p_bytes > 0 then
        insert into sync.api_data_usage (provider, calls, bytes)
        values (v_job.provider, 0, p_bytes);
    end if;
    if not coalesce(v_is_answer, false) then
        return v_nothing || jsonb_build_object('state', sync.fail_job(
            p_receipt,
            concat_ws(
                ': ',
                'HTTP ' || coalesce(p_http_status::text, 'status unknown'),
                coalesce(left(coalesce(p_error, p_payload::text), 500), 'no payload')
            ),
            p_retry_after,
            not sync.is_passing(p_http_status)
        ));
    end if;
    select ingested.accepted, ingested.unchanged, ingested.rejected into strict v_counts
    from integration.ingest(
        v_job.provider, v_job.payload_kind, p_payload, now(),
        coalesce(v_job.request -> 'context', '{}')
        || jsonb_build_object('data_type', v_job.data_type, 'subject', v_job.subject)
    ) as ingested;
    perform sync.complete_jobs(array[p_receipt]);
    return jsonb_build_object(
        'state', 'done', 'accepted', v_counts.accepted,
        'unchanged', v_counts.unchanged, 'rejected', v_counts.rejected
    );
end;
$function$;

comment on function sync.record_response(
    text, integer, jsonb, bigint, text, interval
) is
'Record the answer to a job. A 2xx payload goes through integration.ingest(), with the
subject in its context, and the job is done; after 408, 425, 429, 5xx and an answer
without payload it is tried again, see sync.fail_job(); any other status gives it up.
Return a JSON object: state (done, waiting, dead, or stale when the attempt had ended or
had been taken over, which changes nothing), accepted, unchanged, rejected.
p_payload: null when there is none. p_bytes: size as received. p_error: text to keep of
an answer that is not 2xx. p_retry_after: what the provider asked for.
Errors: MD203 for a text that is no receipt; what integration.ingest() raises, and then
nothing is recorded and the attempt is still open.';
