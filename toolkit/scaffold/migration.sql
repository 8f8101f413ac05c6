-- {{ title }}.
{% if depends %}-- depends: {{ depends }}
{% endif %}
-- Tables, types, indexes, data; what can be rebuilt goes below sql/.
create table {{ schema }}.{{ stem }} (
    id bigint generated always as identity,
    created_at timestamptz not null default now(),
    constraint {{ stem }}_pkey primary key (id)
);
comment on table {{ schema }}.{{ stem }} is 'What one row is.';
