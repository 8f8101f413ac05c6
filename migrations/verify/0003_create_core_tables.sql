select
    'core.brands'::regclass,
    'core.categories'::regclass;
select 1 / count(*) from core.categories
where slug = 'sneakers';
