-- What the catalogue links to a provider is worth keeping fresh. A subject that is
-- there keeps its tier and its times; it only learns its product.
create or replace function sync.seed_subjects(p_tier text default 'warm')
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_added integer;
begin
    with wanted as (
        select
            case link.provider
                when 'stockx' then 'stockx-market-data'
                else 'alias-availabilities'
            end as data_type,
            link.provider_product_id as subject,
            link.product_id
        from integration.product_links as link
        where
            link.provider in ('stockx', 'alias')
            and link.provider_variant_id = ''
            and not starts_with(link.origin, 'withdrawn:')
        union all
        select
            'quote' as data_type,
            listed.symbol as subject,
            null::uuid as product_id
        from equities.symbols as listed
    ),

    linked as (
        update sync.subjects as known
        set product_id = wanted.product_id
        from wanted
        where
            known.data_type = wanted.data_type
            and known.subject = wanted.subject
            and known.product_id is distinct from wanted.product_id
            and wanted.product_id is not null
    )

    insert into sync.subjects (data_type, subject, tier, product_id)
    select
        wanted.data_type,
        wanted.subject,
        p_tier,
        wanted.product_id
    from wanted
    inner join sync.data_type_registry as registry
        on wanted.data_type = registry.data_type
    order by wanted.data_type, wanted.subject
    on conflict (data_type, subject) do nothing;
    get diagnostics v_added = row_count;
    return v_added;
end;
$function$;

comment on function sync.seed_subjects(text) is
'Register every linked StockX and Alias product and every equity symbol as a subject to
be kept fresh; return how many are new. Data types that are not registered are left out.
p_tier: tier of the new ones: hot, warm or cold.
Errors: 23514 for another tier.';
