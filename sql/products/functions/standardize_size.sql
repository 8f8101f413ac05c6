-- A chart of the brand goes before the general one; what no chart holds stays unknown.
-- In the body of standard SQL, names are bound when it is created, so that the planner
-- can put the body in place of the call.
create or replace function products.standardize_size(
    p_brand text,
    p_gender text,
    p_region text,
    p_value text
)
returns numeric
language sql stable parallel safe
return (
    products.explain_size(p_brand, p_gender, p_region, p_value)
).standard_size;

comment on function products.standardize_size(text, text, text, text) is
'Return the European size that a label means, null when no chart says, or more than one
size is meant; products.explain_size() says why.
p_brand: name, null for the general chart. p_gender: men, women, unisex, youth, child or
infant. p_region: US, UK, EU, CM, JP or KR, for labels that do not say. p_value: label,
e.g. 8.5, EU 36 2/3 or 7.5W. Thirds are rounded to a tenth.';
