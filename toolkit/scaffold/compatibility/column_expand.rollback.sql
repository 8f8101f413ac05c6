drop trigger zz_{{ keep }} on {{ table }};
drop function {{ schema }}.{{ keep }}();
alter table {{ table }} drop column {{ new }};
