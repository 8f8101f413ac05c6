-- title: Barcodes that several products have
-- id: HLT121
-- severity: info
-- why: a look-up by barcode gives two answers; providers list a product twice
-- fix: merge the products, or delete the barcode that is wrong
select
    code.gtin as subject,
    string_agg(distinct product.name, '; ' order by product.name) as detail
from products.gtins as code
inner join products.products as product on code.product_id = product.id
group by code.gtin
having count(distinct code.product_id) > 1
order by code.gtin
limit 100;
