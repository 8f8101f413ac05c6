-- Tables whose only key is invented (a sequence, a uuid), with what the statistics say
-- of each of their other columns: the CTEs tables to measured.
with tables as (
    select
        relation.oid,
        format('%I.%I', namespace.nspname, relation.relname) as name,
        min(key_column.attname) as key_name
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    inner join pg_index as primary_index
        on relation.oid = primary_index.indrelid and primary_index.indisprimary
    inner join pg_attribute as key_column
        on
            relation.oid = key_column.attrelid
            and key_column.attnum = any(primary_index.indkey::int2[])
    left join pg_attrdef as key_default
        on
            relation.oid = key_default.adrelid
            and key_column.attnum = key_default.adnum
    left join pg_partitioned_table as partitioning
        on relation.oid = partitioning.partrelid
    where
        relation.relkind in ('r', 'p')
        and not relation.relispartition
        -- The key of a partitioned table also holds what it is partitioned by.
        and not coalesce(
            key_column.attnum = any(partitioning.partattrs::int2[]), false
        )
        and not exists (
            select from pg_index as other_index
            where
                other_index.indrelid = relation.oid
                and other_index.indisunique
                and not other_index.indisprimary
        )
        and has_table_privilege(relation.oid, 'select')
        and has_schema_privilege(namespace.oid, 'usage')
        and not row_security_active(relation.oid)
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
    group by
        relation.oid, namespace.nspname, relation.relname, primary_index.indnkeyatts
    having
        count(*) = 1
        and bool_and(
            key_column.attidentity <> ''
            or coalesce(
                pg_get_expr(key_default.adbin, key_default.adrelid)
                ~* '(nextval|uuid|ulid|random)',
                key_column.atttypid = 'uuid'::regtype
                and primary_index.indnkeyatts = 1
                and not exists (
                    select from pg_constraint as reference
                    where
                        reference.contype = 'f'
                        and reference.conrelid = relation.oid
                        and key_column.attnum = any(reference.conkey)
                )
            )
        )
),

leaves as (
    select
        tables.oid,
        tables.name,
        tables.key_name,
        leaf.relname,
        namespace.nspname,
        leaf.reltuples
    from tables
    inner join pg_class as leaf
        on tables.oid = coalesce(pg_partition_root(leaf.oid), leaf.oid)
    inner join pg_namespace as namespace on leaf.relnamespace = namespace.oid
    where leaf.relkind = 'r' and leaf.reltuples > 0
),

columns as (
    select
        tables.oid,
        attribute.attname,
        attribute.attname ~* (
            '^(created|updated|inserted|recorded|fetched|synced|ingested|loaded'
            || '|imported|received|last_synced)(_at|_on)?$'
        ) as is_arrival,
        attribute.atttypid in (
            'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype
        ) as is_time
    from tables
    inner join pg_attribute as attribute on tables.oid = attribute.attrelid
    where
        attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.attname <> tables.key_name
),

-- Where no other column says when, the time of arrival is part of what a row says.
telling as (
    select
        columns.oid,
        columns.attname
    from columns
    where
        not columns.is_arrival
        or not exists (
            select from columns as other
            where
                other.oid = columns.oid
                and other.is_time
                and not other.is_arrival
        )
),

measured as (
    select
        leaves.oid,
        leaves.name,
        leaves.key_name,
        telling.attname,
        sum(leaves.reltuples)::numeric as total,
        sum(
            case
                when statistics.n_distinct < 0
                    then -statistics.n_distinct * leaves.reltuples
                else coalesce(statistics.n_distinct, 0)
            end
        ) as distinct_values
    from leaves
    inner join telling on leaves.oid = telling.oid
    left join pg_stats as statistics
        on
            leaves.nspname = statistics.schemaname
            and leaves.relname = statistics.tablename
            and telling.attname = statistics.attname
            and not statistics.inherited
    group by leaves.oid, leaves.name, leaves.key_name, telling.attname
),
