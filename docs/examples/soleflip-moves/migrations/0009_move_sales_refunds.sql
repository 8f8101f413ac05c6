-- Move sales refunds.
-- allow: unreadable_statement, it takes over what is there by then
-- noqa: disable=LT05
-- depends: 0008_move_sales_orders

-- legacy_transactions.refunds is the real one from here on. The old name,
-- sales.refunds, stays as a view through which everything reads and
-- writes as before, until the contract is released.
-- The sequence keeps its old name until then: who calls nextval() by it goes on.
alter sequence sales.refunds_id_seq owned by none;
alter table sales.refunds set schema legacy_transactions;
create view sales.refunds with (security_invoker = true) as
select
    id,
    order_id,
    amount
from legacy_transactions.refunds;
comment on view sales.refunds is
'Old name of a table that has moved; reads and writes go to legacy_transactions.refunds.';

-- Whoever may use the table may use it by its old name too.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s on sales.refunds to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_class as class
        cross join aclexplode(class.relacl) as acl
        where
            class.oid = 'legacy_transactions.refunds'::regclass
            and acl.grantee <> class.relowner
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        union all
        select format(
            'grant %s (%I) on sales.refunds to %s', acl.privilege_type,
            attribute.attname,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = 'legacy_transactions.refunds'::regclass
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE')
        union all
        select format(
            'alter view sales.refunds owner to %s', class.relowner::regrole
        )
        from pg_catalog.pg_class as class
        where class.oid = 'legacy_transactions.refunds'::regclass
    loop
        execute v_statement;
    end loop;
end;
$grants$;
