-- {{ title }}.
create schema {{ schema }};
comment on schema {{ schema }} is 'What is in it.';
