-- {{ title }}.
{% if depends %}-- depends: {{ depends }}
{% endif %}
-- {{ new }} is the real one from here on. The old name,
-- {{ old }}, stays as a view through which everything reads and
-- writes as before, until the contract is released.
{%- for sequence in kept %}
-- The sequence keeps its old name until then: who calls nextval() by it goes on.
alter sequence {{ sequence.old }} owned by none;
{%- endfor %}
{%- for statement in forth %}
{{ statement }};
{%- endfor %}
{{ view }}
