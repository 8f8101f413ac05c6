{%- for sequence in kept -%}
alter sequence {{ sequence.new }} owned by none;
alter sequence {{ sequence.new }} set schema {{ old_schema }};
{% endfor -%}
{{ view }}
