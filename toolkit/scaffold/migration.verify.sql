-- Raise when the result is not there, whatever the data.
select '{{ schema }}.{{ stem }}'::regclass;
