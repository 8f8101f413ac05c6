-- {{ title }}: give the type its new name, and take the old one away.
{% if depends %}-- depends: {{ depends }}
{% endif %}
-- Nobody is to use {{ old }} any more: "mdt audit code DIR" finds it in programs.
-- Columns that were declared with the domain have to be given the type before.
drop domain {{ new }};
{%- for statement in forth %}
{{ statement }};
{%- endfor %}
