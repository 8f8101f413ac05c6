-- title: Trigger that is switched off
-- id: STR021
-- area: structure
-- severity: warning
-- cost: catalog
-- why: what the trigger kept true is no longer kept true; an internal one that is off
-- why: means that a foreign key is declared but not enforced
-- fix: switch it on again, then look for rows written meanwhile; drop it if it is
-- fix: off for good
with triggers as (
    select
        trigger.tgname,
        trigger.tgisinternal,
        format('%I.%I', namespace.nspname, relation.relname) as table_name,
        coalesce(reference.conname, trigger.tgname) as name,
        row_number() over (
            partition by relation.oid, coalesce(reference.conname, trigger.tgname)
            order by trigger.tgname
        ) as place
    from pg_trigger as trigger
    inner join pg_class as relation on trigger.tgrelid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    left join pg_constraint as reference
        on trigger.tgisinternal and trigger.tgconstraint = reference.oid
    where
        trigger.tgenabled = 'D'
        and not relation.relispartition
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
)

select
    format('%s.%I', triggers.table_name, triggers.name) as subject,
    case
        when triggers.tgisinternal then 'this constraint is not enforced'
        else 'this trigger does not fire'
    end as detail,
    case
        when triggers.tgisinternal
            then format('alter table %s enable trigger all;', triggers.table_name)
        else
            format(
                'alter table %s enable trigger %I;',
                triggers.table_name, triggers.tgname
            )
    end as fix_sql,
    case
        when triggers.tgisinternal
            then format('alter table %s disable trigger all;', triggers.table_name)
        else
            format(
                'alter table %s disable trigger %I;',
                triggers.table_name, triggers.tgname
            )
    end as undo_sql,
    case when triggers.tgisinternal then 'error' else 'warning' end as severity
from triggers
where triggers.place = 1
order by subject;
