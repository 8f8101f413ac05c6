select 1 / count(*) from pg_class
where oid = 'products.products_name_words_idx'::regclass and relkind = 'i';
