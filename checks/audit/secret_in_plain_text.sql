-- title: Secret kept as plain text
-- id: SEC008
-- area: security
-- severity: warning
-- cost: catalog
-- why: every backup, replica, log and reader of the table has the key to the account
-- fix: encrypt it with a key from outside the database, or keep it in a vault; replace
-- fix: the secrets that were readable
select
    format('%I.%I.%I', namespace.nspname, relation.relname, attribute.attname)
        as subject,
    format(
        'readable by %s roles beside superusers',
        (
            select count(*) from pg_roles as reader
            where
                not reader.rolsuper
                and reader.rolcanlogin
                and has_column_privilege(
                    reader.oid, relation.oid, attribute.attnum, 'select'
                )
        )
    ) as detail
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_attribute as attribute on relation.oid = attribute.attrelid
where
    relation.relkind in ('r', 'p')
    and not relation.relispartition
    and attribute.attnum > 0
    and not attribute.attisdropped
    and attribute.atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
    and attribute.attname ~* (
        '(^|_)(password|passwd|secret|(access|refresh|auth|api|session|bearer)_token'
        || '|api_?key|private_key|client_secret|credentials?|card_number|cvv)$'
    )
    and attribute.attname !~* '(hash|encrypted|cipher|masked|_id$|_at$)'
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
