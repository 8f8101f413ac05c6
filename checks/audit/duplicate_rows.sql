-- title: Rows that are there more than once
-- id: DAT004
-- area: data
-- severity: error
-- cost: data
-- requires: select, statistics
-- why: every count, sum and average over them is wrong by the same factor
-- fix: keep the first of each, then add a unique key on the columns that repeat
-- template: jinja

-- Looks at tables with nothing but an invented key. The column with the most values is
-- the probe: all rows of 500 of its values, drawn from a sample of pages, are compared
-- without the key and without their arrival. Tables beyond ten times mdt.row_budget
-- (a million rows) in all are left out, the largest first.
{% include "checks/parts/invented_keys.sql" %}

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
