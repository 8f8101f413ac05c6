-- Let go of what every job in the queue paid for and nothing used: an index that no
-- query reads, and a foreign key that the key of an open job has as well. The functions
-- of the column defaults get a body that the planner can take in, which is three times
-- faster.
-- depends: 0019_create_partitioned_tables
-- allow: ban-drop-function, sql/ brings their successors in the same run
-- allow: untracked_dependency, and what calls them by name finds those
-- allow: work_under_exclusive_lock, nothing here reads a table but the index on usage
-- allow: index_without_concurrently, one row for each claim, of forty days
-- allow: drop_index_without_concurrently, a partitioned table knows no other way
alter table sync.api_call_queue drop constraint api_call_queue_data_type_fkey;
drop index sync.api_call_queue_data_type_subject_idx;

create index api_data_usage_calls_idx
on sync.api_data_usage (provider, used_at) include (calls)
where calls <> 0;

create or replace function sync.next_job_id()
returns bigint
language sql volatile
return floor(extract(epoch from clock_timestamp()) * 1000000)::bigint * 1000
+ nextval('sync.job_id_within_microsecond');

create or replace function system.uuid_v7()
returns uuid
language sql volatile parallel safe
return encode(
    set_bit(
        set_bit(
            overlay(
                uuid_send(gen_random_uuid()),
                substring(
                    int8send(
                        floor(extract(epoch from clock_timestamp()) * 1000)::bigint
                    ),
                    3
                ),
                1, 6
            ),
            52, 1
        ),
        53, 1
    ),
    'hex'
)::uuid;

drop function if exists sync.claim_within_quota(bigint[]);
drop function if exists sync.read_receipts(text[]);
