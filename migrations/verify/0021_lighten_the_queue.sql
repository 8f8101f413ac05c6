select 'sync.api_data_usage_calls_idx'::regclass;
select
    1 / (
        (to_regclass('sync.api_call_queue_data_type_subject_idx') is null)::integer
    );
