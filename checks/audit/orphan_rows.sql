-- title: Rows whose parent does not exist
-- id: KEY003
-- area: data
-- severity: error
-- cost: data
-- requires: select
-- why: joins drop them silently, sums over the child and over the join differ, and the
-- why: missing foreign key cannot be added
-- fix: find out what removed the parents, restore or archive the rows, then add or
-- fix: validate the key
-- template: jinja

-- Reads at most mdt.row_budget rows (a million), shared out evenly: of a table that is
-- larger than its share, a random sample of pages. Row-level security would hide
-- parents, so tables under it are left out, as are those that may not be read.
{% include "checks/parts/likely_references.sql" %}

keys as (
    select
        ranked.oid,
        ranked.attname,
        ranked.parent_oid,
        ranked.parent_column,
        ranked.is_guess
    from ranked
    where ranked.place = 1 and ranked.is_clear
    union all
    select
        reference.conrelid as oid,
        child_column.attname,
        reference.confrelid as parent_oid,
        parent_column.attname as parent_column,
        false as is_guess
    from pg_constraint as reference
    inner join pg_attribute as child_column
        on
            reference.conrelid = child_column.attrelid
            and reference.conkey[1] = child_column.attnum
    inner join pg_attribute as parent_column
        on
            reference.confrelid = parent_column.attrelid
            and reference.confkey[1] = parent_column.attnum
    where
        reference.contype = 'f'
        and not reference.convalidated
        and cardinality(reference.conkey) = 1
),

sizes as (
    select
        tables.oid,
        sum(
            case
                when leaf.reltuples >= 0 then leaf.reltuples
                else pg_relation_size(leaf.oid) / 64.0
            end
        )::numeric as row_count
    from tables
    inner join pg_class as leaf
        on tables.oid = coalesce(pg_partition_root(leaf.oid), leaf.oid)
    where leaf.relkind = 'r'
    group by tables.oid
),

readable as (
    select distinct on (keys.oid, keys.attname)
        keys.attname,
        keys.parent_column,
        keys.is_guess,
        child.name as child_name,
        parent.name as parent_name,
        sizes.row_count,
        count(*) over () as key_count
    from keys
    inner join tables as child on keys.oid = child.oid
    inner join tables as parent on keys.parent_oid = parent.oid
    inner join sizes on keys.oid = sizes.oid
    where
        has_column_privilege(child.oid, keys.attname, 'select')
        and has_column_privilege(parent.oid, keys.parent_column, 'select')
        and has_schema_privilege(child.nspname, 'usage')
        and has_schema_privilege(parent.nspname, 'usage')
        and not row_security_active(child.oid)
        and not row_security_active(parent.oid)
    order by keys.oid, keys.attname, keys.parent_oid
),

shares as (
    select
        readable.attname,
        readable.parent_column,
        readable.is_guess,
        readable.child_name,
        readable.parent_name,
        least(
            100.0,
            greatest(
                0.01,
                100.0
                * coalesce(
                    nullif(current_setting('mdt.row_budget', true), ''), '1000000'
                )::numeric
                / readable.key_count
                / greatest(readable.row_count, 1)
            )
        )::numeric(5, 2) as percent
    from readable
),

counted as materialized (
    select
        shares.child_name,
        shares.attname,
        shares.parent_name,
        shares.parent_column,
        shares.is_guess,
        shares.percent,
        query_to_xml(
            format(
                'select count(*) as checked, '
                'count(*) filter (where missing) as orphans, '
                'min(value) filter (where missing and value ~ ''^[[:print:]]{1,60}$'') '
                'as example from ('
                'select child.%1$I::text as value, not exists ('
                'select from %2$s as parent where parent.%3$I = child.%1$I) as missing '
                'from %4$s as child tablesample system (%5$s) repeatable (0) '
                'where child.%1$I is not null) as sample',
                shares.attname, shares.parent_name, shares.parent_column,
                shares.child_name, shares.percent
            ),
            false, true, ''
        ) as answer
    from shares
),

answers as (
    select
        counted.child_name,
        counted.attname,
        counted.parent_name,
        counted.parent_column,
        counted.is_guess,
        counted.percent,
        (xpath('/row/checked/text()', counted.answer))[1]::text::bigint as checked,
        (xpath('/row/orphans/text()', counted.answer))[1]::text::bigint as orphans,
        (xpath('/row/example/text()', counted.answer))[1]::text as example
    from counted
)

select
    format('%s.%I', answers.child_name, answers.attname) as subject,
    format(
        '%s of %s%s rows have no %s (%I)%s', answers.orphans, answers.checked,
        case when answers.percent < 100 then ' sampled' else '' end,
        answers.parent_name, answers.parent_column,
        coalesce('; such as ' || quote_literal(answers.example), '')
    ) as detail,
    case when answers.is_guess then 'warning' else 'error' end as severity
from answers
where
    answers.orphans > 0
    and (not answers.is_guess or answers.orphans <= 0.5 * answers.checked)
order by answers.orphans desc, subject asc;
