-- title: Index that is invalid
-- id: IDX004
-- area: indexes
-- severity: error
-- cost: catalog
-- why: a concurrent build failed; every write maintains the index, and no query uses it
-- fix: rebuild it concurrently, or drop it; a partitioned index needs an index on every
-- fix: partition, attached to it
select
    format('%I.%I', namespace.nspname, index_relation.relname) as subject,
    case
        when index_relation.relkind = 'I'
            then
                format(
                    'not every partition of %s has its index', relation.oid::regclass
                )
        else format('left by a failed build on %s', relation.oid::regclass)
    end as detail,
    case
        when index_relation.relkind = 'I' then null
        when index_relation.relname ~ '_cc(new|old)\d*$'
            then
                format(
                    'drop index concurrently %I.%I;',
                    namespace.nspname, index_relation.relname
                )
        else
            format(
                'reindex index concurrently %I.%I;',
                namespace.nspname, index_relation.relname
            )
    end as fix_sql
from pg_index as index_entry
inner join pg_class as index_relation on index_entry.indexrelid = index_relation.oid
inner join pg_class as relation on index_entry.indrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
where
    not (index_entry.indisvalid and index_entry.indisready)
    and not index_relation.relispartition
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    -- One that is being built right now is not invalid yet.
    and not exists (
        select from pg_stat_progress_create_index as progress
        where
            progress.datname = current_database()
            and progress.index_relid = index_entry.indexrelid
    )
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
