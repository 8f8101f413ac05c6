-- title: Multipliers of a brand that count at the same time
-- id: HLT122
-- severity: warning
-- why: which of the two makes the price is left to chance
-- fix: end the earlier one with effective_until_date
select distinct
    brand.slug || ' ' || multiplier.multiplier_type as subject,
    format(
        'from %s and from %s', multiplier.effective_from_date, later.effective_from_date
    ) as detail
from pricing.brand_multipliers as multiplier
inner join pricing.brand_multipliers as later
    on
        multiplier.brand_id = later.brand_id
        and multiplier.multiplier_type = later.multiplier_type
        and multiplier.effective_from_date < later.effective_from_date
        and later.effective_from_date
        <= coalesce(multiplier.effective_until_date, 'infinity')
inner join core.brands as brand on multiplier.brand_id = brand.id
where multiplier.is_active and later.is_active
order by subject;
