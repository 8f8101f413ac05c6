-- Let a product be found by the words of its name.
-- depends: 0019_create_partitioned_tables
-- allow: index_without_concurrently, 200,000 names take 3 s, and are rarely written
create index products_name_words_idx on products.products using gin (
    to_tsvector('simple', regexp_replace(name, '[[:space:][:punct:]]+', ' ', 'g'))
);
comment on index products.products_name_words_idx is
'Words of the names, in lower case and without punctuation, to search in.';
-- The words of an index on an expression have statistics of their own.
analyze products.products;
