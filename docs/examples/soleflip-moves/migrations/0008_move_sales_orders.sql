-- Move sales orders.
-- allow: unreadable_statement, it takes over what is there by then
-- noqa: disable=LT05
-- depends: 0007_create_schema_transactions

-- legacy_transactions.orders is the real one from here on. The old name,
-- sales.orders, stays as a view through which everything reads and
-- writes as before, until the contract is released.
-- The sequence keeps its old name until then: who calls nextval() by it goes on.
alter sequence sales.orders_id_seq owned by none;
alter table sales.orders set schema legacy_transactions;
create view sales.orders with (security_invoker = true) as
select
    id,
    inventory_id,
    platform,
    gross_sale,
    sold_at
from legacy_transactions.orders;
comment on view sales.orders is
'Old name of a table that has moved; reads and writes go to legacy_transactions.orders.';

-- Whoever may use the table may use it by its old name too.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s on sales.orders to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_class as class
        cross join aclexplode(class.relacl) as acl
        where
            class.oid = 'legacy_transactions.orders'::regclass
            and acl.grantee <> class.relowner
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        union all
        select format(
            'grant %s (%I) on sales.orders to %s', acl.privilege_type,
            attribute.attname,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = 'legacy_transactions.orders'::regclass
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE')
        union all
        select format(
            'alter view sales.orders owner to %s', class.relowner::regrole
        )
        from pg_catalog.pg_class as class
        where class.oid = 'legacy_transactions.orders'::regclass
    loop
        execute v_statement;
    end loop;
end;
$grants$;
