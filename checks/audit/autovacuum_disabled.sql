-- title: Table that autovacuum may not touch
-- id: MNT009
-- area: operations
-- severity: warning
-- cost: catalog
-- why: dead rows stay, statistics age, and an emergency vacuum comes at the worst time
-- fix: let autovacuum work again; tune its thresholds for this table if it disturbed
with disabled as (
    select
        relation.oid,
        coalesce(pg_partition_root(relation.oid), relation.oid) as root
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        relation.relkind in ('r', 'm')
        and exists (
            select from unnest(relation.reloptions) as setting (text)
            where setting.text ~* '^autovacuum_enabled=(false|off|no|0)$'
        )
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
    format('%I.%I', namespace.nspname, root.relname) as subject,
    case root.relkind
        when 'p' then format('switched off for %s of its partitions', count(*))
        else 'switched off'
    end as detail,
    string_agg(
        format('alter table %s reset (autovacuum_enabled);', disabled.oid::regclass),
        ' ' order by disabled.oid
    ) as fix_sql,
    string_agg(
        format(
            'alter table %s set (autovacuum_enabled = false);', disabled.oid::regclass
        ),
        ' ' order by disabled.oid
    ) as undo_sql
from disabled
inner join pg_class as root on disabled.root = root.oid
inner join pg_namespace as namespace on root.relnamespace = namespace.oid
group by namespace.nspname, root.relname, root.relkind
order by subject;
