create or replace function products.describe_size_rule(
    p_chart uuid,
    p_is_decided boolean,
    p_is_assumed boolean
)
returns text
language sql immutable parallel safe
return case when p_chart is null then 'general chart' else 'chart of the brand' end
|| case when p_is_decided then ', decided by the size beside it' else '' end
|| case when p_is_assumed then ', men''s scale assumed' else '' end;

comment on function products.describe_size_rule(uuid, boolean, boolean) is
'Return how the meaning of a size label was found. p_chart: brand of the chart, null for
the general one. p_is_decided: whether the label alone would be ambiguous. p_is_assumed:
whether nothing says the gender. Part of products.explain_size().';
