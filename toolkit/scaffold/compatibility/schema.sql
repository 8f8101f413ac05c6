-- {{ title }}.
{% if depends %}-- depends: {{ depends }}
{% endif %}
create schema {{ schema }};
comment on schema {{ schema }} is 'What was in {{ old_schema }} before.';

-- Whoever may use the old schema may use this one.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant usage on schema %s to %s', '{{ schema }}'::regnamespace,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_namespace as namespace
        cross join aclexplode(namespace.nspacl) as acl
        where
            namespace.oid = '{{ old_schema }}'::regnamespace
            and acl.grantee <> namespace.nspowner and acl.privilege_type = 'USAGE'
    loop
        execute v_statement;
    end loop;
end;
$grants$;
