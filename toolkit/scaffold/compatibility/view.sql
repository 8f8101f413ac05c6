create view {{ old }} with (security_invoker = true) as
select
{%- for column in columns %}
    {{ column }}{{ "," if not loop.last }}
{%- endfor %}
from {{ new }};
comment on view {{ old }} is
'Old name of a table that has moved; reads and writes go to {{ new_text }}.';

-- Whoever may use the table may use it by its old name too.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s on {{ old_text }} to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_class as class
        cross join aclexplode(class.relacl) as acl
        where
            class.oid = '{{ new_text }}'::regclass
            and acl.grantee <> class.relowner
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        union all
        select format(
            'grant %s (%I) on {{ old_text }} to %s', acl.privilege_type,
            attribute.attname,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = '{{ new_text }}'::regclass
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE')
        union all
        select format(
            'alter view {{ old_text }} owner to %s', class.relowner::regrole
        )
        from pg_catalog.pg_class as class
        where class.oid = '{{ new_text }}'::regclass
    loop
        execute v_statement;
    end loop;
end;
$grants$;
