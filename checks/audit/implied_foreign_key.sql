-- title: Column that follows a key without a foreign key
-- id: KEY002
-- area: keys
-- severity: warning
-- cost: catalog
-- why: nothing refuses a row whose parent does not exist, or a parent's removal
-- fix: remove the orphans that KEY003 counts, add the key as not valid, then validate
-- template: jinja
{% include "checks/parts/likely_references.sql" %}

likely as (
    select
        tables.relkind,
        tables.relname,
        tables.name,
        ranked.attname,
        ranked.parent_column,
        parent.name as parent_name,
        left(tables.relname || '_' || ranked.attname, 58) || '_fkey' as key_name
    from ranked
    inner join tables on ranked.oid = tables.oid
    inner join tables as parent on ranked.parent_oid = parent.oid
    where ranked.place = 1 and ranked.is_clear
)

select
    format('%s.%I', likely.name, likely.attname) as subject,
    format('looks like %s (%I)', likely.parent_name, likely.parent_column) as detail,
    format(
        'alter table %s add constraint %I foreign key (%I) references %s (%I)%s;',
        likely.name, likely.key_name, likely.attname, likely.parent_name,
        likely.parent_column,
        -- A partitioned table cannot have one that is not valid.
        case likely.relkind when 'p' then '' else ' not valid' end
    ) as fix_sql,
    format(
        'alter table %s drop constraint %I;', likely.name, likely.key_name
    ) as undo_sql
from likely
order by subject;
