-- Why it is there.
create or replace view {{ schema }}.{{ name }} as
select 1 as id;

comment on view {{ schema }}.{{ name }} is 'What one row is.';
