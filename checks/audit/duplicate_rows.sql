-- title: Rows that are there more than once
-- id: DAT004
-- area: data
-- severity: error
-- cost: data
-- requires: select, statistics
-- why: every count, sum and average over them is wrong by the same factor
-- fix: keep the first of each, then add a unique key on the columns that repeat

-- Looks at tables with nothing but an invented key. The column with the most values is
-- the probe: all rows of 500 of its values, drawn from a sample of pages, are compared
-- without the key and without their arrival. Tables beyond ten times mdt.row_budget
-- (a million rows) in all are left out, the largest first.
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

probes as (
    select
        measured.oid,
        measured.name,
        measured.key_name,
        measured.total,
        (array_agg(measured.attname order by measured.distinct_values desc))[1]
            as probe,
        string_agg(
            format('child.%I', measured.attname), ', ' order by measured.attname
        ) as list,
        sum(measured.total)
            over (order by measured.total, measured.oid)
            as running_total
    from measured
    group by measured.oid, measured.name, measured.key_name, measured.total
    having count(*) >= 2
),

counted as materialized (
    select
        probes.name,
        probes.key_name,
        query_to_xml(
            format(
                'select count(*) as checked, count(distinct row(%1$s)::text) as kept '
                'from %2$s as child where child.%3$I in (select chosen.%3$I '
                'from %2$s as chosen tablesample system (%4$s) repeatable (0) '
                'where chosen.%3$I is not null limit 500)',
                probes.list, probes.name, probes.probe,
                greatest(0.01, least(100, 200000 / probes.total))::numeric(5, 2)
            ),
            false, true, ''
        ) as answer
    from probes
    where
        probes.total >= 100
        and probes.running_total
        <= 10 * coalesce(
            nullif(current_setting('mdt.row_budget', true), ''), '1000000'
        )::numeric
),

answers as (
    select
        counted.name,
        counted.key_name,
        (xpath('/row/checked/text()', counted.answer))[1]::text::bigint as checked,
        (xpath('/row/kept/text()', counted.answer))[1]::text::bigint as kept
    from counted
)

select
    answers.name as subject,
    format(
        '%s of %s rows looked at repeat another in everything but %I and its arrival',
        answers.checked - answers.kept, answers.checked, answers.key_name
    ) as detail,
    case
        when answers.checked - answers.kept >= 0.1 * answers.checked then 'error'
        else 'warning'
    end as severity
from answers
where answers.kept < answers.checked
order by (answers.checked - answers.kept)::numeric / answers.checked desc, subject asc;
