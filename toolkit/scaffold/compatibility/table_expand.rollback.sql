drop view {{ old }};
{%- for statement in back %}
{{ statement }};
{%- endfor %}
{%- for sequence in kept %}
alter sequence {{ sequence.old }} owned by {{ old }}.{{ sequence.column }};
{%- endfor %}
