{% for statement in back %}
{{ statement }};
{%- endfor %}
create domain {{ new }} as {{ old }};
comment on domain {{ new }} is 'The type {{ old_text }} by its new name.';
