-- allow: index_without_concurrently, a partitioned table knows no other way
-- allow: foreign_key_without_not_valid, a partitioned table knows no other way
-- allow: drop_index_without_concurrently, a partitioned table knows no other way
create or replace function system.uuid_v7()
returns uuid
language sql volatile parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(
                        int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint)
                        from 3
                    )
                    from 1 for 6
                ),
                52, 1
            ),
            53, 1
        ),
        'hex'
    )::uuid;
$function$;

create or replace function sync.next_job_id()
returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select
        floor(extract(epoch from clock_timestamp()) * 1000000)::bigint * 1000
        + nextval('sync.job_id_within_microsecond');
$function$;

drop index sync.api_data_usage_calls_idx;

create index api_call_queue_data_type_subject_idx
on sync.api_call_queue (data_type, subject);
alter table sync.api_call_queue
add constraint api_call_queue_data_type_fkey
foreign key (data_type) references sync.data_type_registry (data_type);

drop function if exists sync.claim_within_quota(bigint[], text[]);
drop function if exists sync.read_receipts(text[]);
