select
    'products.products'::regclass,
    'products.products_style_code_idx'::regclass,
    'products.size_conversions'::regclass,
    'products.sizes'::regclass,
    'products.variants'::regclass;
