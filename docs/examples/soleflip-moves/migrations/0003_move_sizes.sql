-- Move sizes.
-- allow: unreadable_statement, it takes over what is there by then
-- depends: 0002_move_size_region

-- legacy_products.sizes is the real one from here on. The old name,
-- public.sizes, stays as a view through which everything reads and
-- writes as before, until the contract is released.
alter table public.sizes set schema legacy_products;
create view public.sizes with (security_invoker = true) as
select
    id,
    region,
    value,
    standardized_value,
    created_at
from legacy_products.sizes;
comment on view public.sizes is
'Old name of a table that has moved; reads and writes go to legacy_products.sizes.';

-- Whoever may use the table may use it by its old name too.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s on public.sizes to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_class as class
        cross join aclexplode(class.relacl) as acl
        where
            class.oid = 'legacy_products.sizes'::regclass
            and acl.grantee <> class.relowner
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        union all
        select format(
            'grant %s (%I) on public.sizes to %s', acl.privilege_type,
            attribute.attname,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = 'legacy_products.sizes'::regclass
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE')
        union all
        select format(
            'alter view public.sizes owner to %s', class.relowner::regrole
        )
        from pg_catalog.pg_class as class
        where class.oid = 'legacy_products.sizes'::regclass
    loop
        execute v_statement;
    end loop;
end;
$grants$;
