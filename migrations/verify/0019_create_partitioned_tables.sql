select 'system.partitioned_tables'::regclass;
