-- title: Functions and views without a comment
-- id: DOC006
-- area: documentation
-- severity: info
-- cost: catalog
-- why: nobody can tell what calling it does, or what it raises, without reading it
-- fix: say with "comment on" what it returns, what it takes and what it raises
with objects as (
    select
        namespace.nspname,
        obj_description(function.oid, 'pg_proc') is not null as has_comment
    from pg_proc as function
    inner join pg_namespace as namespace on function.pronamespace = namespace.oid
    where
        not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_proc'::regclass
                and dependency.objid = function.oid
                and dependency.deptype = 'e'
        )
    union all
    select
        namespace.nspname,
        obj_description(relation.oid, 'pg_class') is not null as has_comment
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        relation.relkind in ('v', 'm')
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_class'::regclass
                and dependency.objid = relation.oid
                and dependency.deptype = 'e'
        )
)

select
    quote_ident(objects.nspname) as subject,
    format(
        '%s of %s have one',
        count(*) filter (where objects.has_comment), count(*)
    ) as detail
from objects
where
    objects.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
group by objects.nspname
having not bool_and(objects.has_comment)
order by subject;
