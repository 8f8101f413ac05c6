-- {{ title }}: take the old name away.
{% if depends %}-- depends: {{ depends }}
{% endif %}
-- Nobody is to use {{ old }} any more: "mdt audit code DIR" finds it in programs, and
-- pg_stat_statements what still arrives.
drop view {{ old }};
{%- for sequence in kept %}
alter sequence {{ sequence.old }} set schema {{ new_schema }};
alter sequence {{ sequence.new }} owned by {{ new }}.{{ sequence.column }};
{%- endfor %}
