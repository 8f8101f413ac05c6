drop procedure if exists {{ schema }}.{{ fill }}(bigint, double precision);
drop table if exists {{ schema }}.{{ fill }};
{%- if is_not_null %}
alter table {{ table }} alter column {{ new }} drop not null;
{%- endif %}
{%- for index in indexes %}
drop index concurrently if exists {{ schema }}.{{ index.new }};
{%- endfor %}
