drop table system.partitioned_tables;
