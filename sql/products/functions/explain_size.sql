-- One European size that the label may mean is what it means. Where there are more,
-- what the label states beside it decides; where that speaks against it, nothing does.
-- To plan the look-ups anew for each call would cost more than they do.
create or replace function products.explain_size(
    p_brand text,
    p_gender text,
    p_region text,
    p_value text
)
returns products.size_meaning
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $function$
declare
    v_chart constant uuid := products.find_size_chart(p_brand);
    v_size record := products.parse_size(p_value, p_gender, p_region);
    v_found products.size_conversions[];
    v_meant products.size_conversions[];
    v_result products.size_meaning;
begin
    v_result.region := v_size.region;
    v_result.gender := v_size.gender;
    v_result.label := v_size.label;
    v_result.brand_id := v_chart;
    v_result.reason := v_size.problem;
    if v_result.reason is not null then
        return v_result;
    end if;
    select array_agg(conversion) into v_found
    from products.find_size_conversions(
        v_chart, v_size.gender, v_size.region, v_size.label
    ) as conversion;
    v_meant := v_found;
    if v_size.other_label is not null then
        v_meant := products.narrow_size_conversions(
            v_found, v_chart, v_size.other_gender, v_size.other_region,
            v_size.other_label
        );
    end if;
    if v_meant is null or cardinality(v_meant) <> 1 then
        v_result.reason := products.describe_unknown_size(
            v_chart, v_size.gender, v_size.region, v_size.label, v_found, v_meant
        );
        return v_result;
    end if;
    v_result.standard_size := (v_meant[1]).standardized_value;
    v_result.conversion_id := (v_meant[1]).id;
    v_result.source := (v_meant[1]).source;
    v_result.confidence := case
        when v_size.is_assumed then 'low' else (v_meant[1]).confidence
    end;
    v_result.rule := products.describe_size_rule(
        v_chart, cardinality(v_found) > 1, v_size.is_assumed
    );
    if cardinality(v_found) > 1 then
        v_result.label := format(
            '%s (%s %s)', v_size.label, v_size.other_region,
            v_size.other_label || products.get_size_letter(v_size.other_gender)
        );
    end if;
    return v_result;
end;
$function$;

comment on function products.explain_size(text, text, text, text) is
'Return what a size label means on the standard scale, and how that is known.
p_brand, p_gender: of the product, null if not known. p_region: for labels that do not
say; null to take what the number leaves no doubt of. p_value: label, as
products.parse_size() reads it.
standard_size: European size, null if unknown. gender, region, label: scale and number
that it was read as. rule: how. brand_id: whose charts, null for the general one.
conversion_id, source: row of products.size_conversions. confidence: high, medium or low. reason: why it is unknown, else null.';
