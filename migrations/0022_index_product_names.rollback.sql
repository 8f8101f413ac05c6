-- allow: drop_index_without_concurrently, done in a moment, and nothing is lost
drop index products.products_name_words_idx;
