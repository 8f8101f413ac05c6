-- title: Rows of users that others could see
-- id: HSE021
-- severity: error
-- why: one table without them shows what all the others hide
-- fix: add the table to system.row_rules() and enable and force row level security; no
-- fix: materialized view of such rows, since it would show them to all
select
    reference.conrelid::regclass::text as subject,
    'refers to users, and has no policies that are forced' as detail
from pg_constraint as reference
inner join pg_class as class on reference.conrelid = class.oid
where
    reference.contype = 'f'
    and reference.confrelid = 'auth.users'::regclass
    and not class.relispartition
    and not (class.relrowsecurity and class.relforcerowsecurity)
union all
select
    class.oid::regclass::text as subject,
    format('has %I, and is not in system.row_rules()', attribute.attname) as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_class as class on room.name::regnamespace = class.relnamespace
inner join pg_attribute as attribute on class.oid = attribute.attrelid
where
    class.relkind in ('r', 'p')
    and not class.relispartition
    and attribute.attname in ('owner_id', 'user_id')
    and not attribute.attisdropped
    and not exists (
        select from system.row_rules() as rule
        where rule.relation = class.oid
    )
    and not exists (
        select from system.audited_tables as known
        where known.history = class.oid
    )
union all
select
    rule.relation::text as subject,
    'is in system.row_rules(), and has no policies that are forced' as detail
from system.row_rules() as rule
inner join pg_class as class on rule.relation = class.oid
where not (class.relrowsecurity and class.relforcerowsecurity)
union all
select
    copy.oid::regclass::text as subject,
    format('shows rows of %s', rule.relation) as detail
from system.row_rules() as rule
inner join pg_depend as use
    on rule.relation = use.refobjid and use.refclassid = 'pg_class'::regclass
inner join pg_rewrite as definition
    on use.objid = definition.oid and use.classid = 'pg_rewrite'::regclass
inner join pg_class as copy on definition.ev_class = copy.oid and copy.relkind = 'm'
order by subject, detail;
