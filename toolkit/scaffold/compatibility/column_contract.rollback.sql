-- The old column comes back filled; the table is held for as long as that takes.
{%- for key in keys %}
alter table {{ table }} drop constraint {{ key.final }};
{%- endfor %}
{%- if not is_rename %}
{%- for constraint in copied %}
alter table {{ table }} rename constraint {{ constraint.name }} to {{ constraint.new }};
{%- endfor %}
{%- for index in plain_indexes %}
alter index {{ schema }}.{{ index.name }} rename to {{ index.new }};
{%- endfor %}
alter table {{ table }} rename column {{ old }} to {{ new }};
{%- endif %}
alter table {{ table }} add column {{ old }} {{ old_type }};
{%- if comment != "NULL" %}
comment on column {{ table }}.{{ old }} is {{ comment }};
{%- endif %}
update {{ table }} set {{ old }} = {{ back }}
where {{ new }} is not null;
{{ carry_back }}
alter table {{ table }} alter column {{ new }} drop default;
{%- if is_not_null %}
alter table {{ table }} alter column {{ old }} set not null;
alter table {{ table }} add constraint {{ not_null }}
check ({{ new }} is not null);
{%- endif %}
{%- for constraint in copied %}
alter table {{ table }} add constraint {{ constraint.name }}
{{ constraint.definition }};
{%- endfor %}
{%- for key in keys %}
{{ key.plain_definition }};
alter table {{ table }} add constraint {{ key.name }}
{{ key.definition }};
{%- endfor %}
{%- for index in plain_indexes %}
{{ index.definition }};
{%- endfor %}
{{ in_step }}
