-- {{ title }}: {{ purpose }}.
{% if depends %}-- depends: {{ depends }}
{% endif %}
-- Both columns are kept in step, so old and new programs work at the same time.
alter table {{ table }}
add column {{ new }} {{ new_type }}
{%- for constraint in constraints %},
add constraint {{ constraint.new }}
{{ constraint.new_definition }} not valid
{%- endfor %};
{%- if comment != "NULL" %}
comment on column {{ table }}.{{ new }} is {{ comment }};
{%- endif %}

do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s ({{ new }}) on {{ table }} to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = '{{ table }}'::regclass
            and attribute.attname = '{{ old_plain }}'
    loop
        execute v_statement;
    end loop;
end;
$grants$;

{{ in_step }}
