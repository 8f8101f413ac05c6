-- title: Growing table with nothing but an invented key
-- id: KEY014
-- area: keys
-- severity: warning
-- cost: planner
-- requires: select, statistics
-- why: nothing stops a second load of the same rows; a sync that ran three times leaves
-- why: every sale three times
-- fix: remove the repeated rows that DAT004 counts, then add a unique key on what the
-- fix: source sent
-- template: jinja

-- The key is invented (a sequence, a uuid), no other unique index exists, and by the
-- statistics every other column repeats its values.
{% include "checks/parts/invented_keys.sql" %}

ranked as (
    select
        measured.name,
        measured.attname,
        measured.total,
        measured.distinct_values,
        row_number() over (
            partition by measured.oid
            order by measured.distinct_values desc, measured.attname asc
        ) as place
    from measured
)

select
    ranked.name as subject,
    format(
        'about %s rows; the most telling column, %I, repeats each value %s times',
        ranked.total::bigint, ranked.attname,
        round((ranked.total / greatest(ranked.distinct_values, 1))::numeric, 1)
    ) as detail
from ranked
where
    ranked.place = 1
    and ranked.total >= 1000
    and ranked.distinct_values <= 0.7 * ranked.total
order by ranked.total desc, subject asc;
