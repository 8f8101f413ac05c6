-- {{ title }}: take the old column away.
-- depends: {{ depends }}

-- Nobody is to use {{ old }}{% if not is_rename %} as {{ old_type }}{% endif %} any more: what is written from
-- here on reaches one column only.
drop trigger zz_{{ keep }} on {{ table }};
drop function {{ schema }}.{{ keep }}();
{%- if is_not_null %}
alter table {{ table }} drop constraint {{ not_null }};
{%- endif %}
{{ carry_forth }}
alter table {{ table }} drop column {{ old }};
{%- if not is_rename %}
alter table {{ table }} rename column {{ new }} to {{ old }};
{%- for constraint in copied %}
alter table {{ table }} rename constraint {{ constraint.new }} to {{ constraint.name }};
{%- endfor %}
{%- for index in indexes %}
alter index {{ schema }}.{{ index.new }} rename to {{ index.name }};
{%- endfor %}
{%- endif %}
{%- for key in keys %}
alter table {{ table }}
add constraint {{ key.final }} {{ key.kind_words }} using index {{ key.final }}{{ key.deferrable }};
{%- endfor %}
