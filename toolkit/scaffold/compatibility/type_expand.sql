-- {{ title }}.
{% if depends %}-- depends: {{ depends }}
{% endif %}
-- PostgreSQL has no second name for a type, and a domain over one is not compared with it.
-- So old programs keep the type itself, {{ old }}, until the
-- contract is released, and new ones get a domain of the new name to declare and cast with.
create domain {{ new }} as {{ old }};
comment on domain {{ new }} is 'The type {{ old_text }} by its new name.';
