-- What was said again moves observed_at, and is no news.
create or replace function equities.record_profiles(
    p_profiles equities.profile_observation[]
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_profiles equities.profile_observation[];
    v_news integer;
begin
    v_profiles := array(
        select distinct on ((given.said).symbol)
            given.said
        from (
            select
                said,
                row_number() over () as place
            from unnest(p_profiles) as said
        ) as given
        order by
            (given.said).symbol asc,
            (given.said).observed_at desc,
            given.place desc
    );
    perform equities.add_symbols(
        array(
            select
                jsonb_populate_record(
                    null::equities.quote_observation,
                    jsonb_build_object(
                        'symbol', said.symbol,
                        'name', said.company_name,
                        'exchange', said.exchange,
                        'currency', said.currency,
                        'observed_at', said.observed_at
                    )
                )
            from unnest(v_profiles) as said
        )
    );
    insert into equities.profiles as known (
        symbol, company_name, description, exchange_name, sector, industry,
        country_code, currency, cik, isin, cusip, ceo, employee_count, website, phone,
        address, city, state, postal_code, image_url, has_default_image, ipo_date,
        is_etf, is_fund, is_adr, is_actively_trading, beta, last_dividend_cents,
        average_volume, observed_at, origin
    )
    select
        said.symbol,
        said.company_name,
        said.description,
        said.exchange_name,
        said.sector,
        said.industry,
        said.country_code,
        said.currency,
        said.cik,
        said.isin,
        said.cusip,
        said.ceo,
        said.employee_count,
        said.website,
        said.phone,
        said.address,
        said.city,
        said.state,
        said.postal_code,
        said.image_url,
        said.has_default_image,
        said.ipo_date,
        said.is_etf,
        said.is_fund,
        said.is_adr,
        said.is_actively_trading,
        said.beta,
        said.last_dividend_cents,
        said.average_volume,
        said.observed_at,
        said.origin
    from unnest(v_profiles) as said
    on conflict (symbol) do update set
        company_name = excluded.company_name,
        description = excluded.description,
        exchange_name = excluded.exchange_name,
        sector = excluded.sector,
        industry = excluded.industry,
        country_code = excluded.country_code,
        currency = excluded.currency,
        cik = excluded.cik,
        isin = excluded.isin,
        cusip = excluded.cusip,
        ceo = excluded.ceo,
        employee_count = excluded.employee_count,
        website = excluded.website,
        phone = excluded.phone,
        address = excluded.address,
        city = excluded.city,
        state = excluded.state,
        postal_code = excluded.postal_code,
        image_url = excluded.image_url,
        has_default_image = excluded.has_default_image,
        ipo_date = excluded.ipo_date,
        is_etf = excluded.is_etf,
        is_fund = excluded.is_fund,
        is_adr = excluded.is_adr,
        is_actively_trading = excluded.is_actively_trading,
        beta = excluded.beta,
        last_dividend_cents = excluded.last_dividend_cents,
        average_volume = excluded.average_volume,
        observed_at = excluded.observed_at,
        origin = excluded.origin,
        updated_at = now()
    where
        known.observed_at <= excluded.observed_at
        and (
            to_jsonb(known) - '{observed_at,origin,created_at,updated_at}'::text[]
        ) is distinct from (
            to_jsonb(excluded) - '{observed_at,origin,created_at,updated_at}'::text[]
        );
    get diagnostics v_news = row_count;

    update equities.profiles as known
    set observed_at = said.observed_at
    from unnest(v_profiles) as said
    where known.symbol = said.symbol and known.observed_at < said.observed_at;
    return v_news;
end;
$function$;

comment on function equities.record_profiles(equities.profile_observation[]) is
'Write what is known of companies; return how many profiles are new or say something
else than before. What is older than what is known is passed over. p_profiles: in any
order; of two of one symbol and moment the later in the array counts.
Errors: class 23 for rows that break the rules of the tables, 22001 for a currency of
more than three letters.';
