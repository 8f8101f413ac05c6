-- Catalogue writes are rare; one lock over all of them keeps two from making one
-- product twice. Providers take their turns, so that one joins what the other brought.
create or replace function integration.record_catalogue(
    p_entries integration.catalogue_entry[],
    p_on_tie text default 'replace'
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_entries integration.catalogue_entry[];
    v_changed integer := 0;
begin
    if p_on_tie not in ('replace', 'keep') then
        raise exception 'p_on_tie is "%", neither replace nor keep', p_on_tie
            using errcode = '22023';
    end if;
    perform pg_advisory_xact_lock(hashtext('integration.record_catalogue'));
    for v_entries in
        select array_agg(newest)
        from integration.pick_newest_entries(p_entries, p_on_tie) as newest
        group by newest.provider
        order by newest.provider
    loop
        perform integration.add_brands(v_entries);
        v_changed := v_changed
        + integration.match_products(v_entries)
        + integration.add_products(v_entries)
        + integration.update_links(v_entries, p_on_tie)
        + integration.record_variants(v_entries, p_on_tie);
        perform integration.touch_links(v_entries);
        perform integration.add_gtins(v_entries);
    end loop;
    return v_changed;
end;
$function$;

comment on function integration.record_catalogue(integration.catalogue_entry[], text) is
'Write products, variants and their links; return how many links are new or changed.
p_entries: in any order; a variant needs its product to be known or among them, else it
is passed over. p_on_tie: replace or keep what was observed at the very same time.
Errors: 22023 for another p_on_tie; class 23 for entries that break the rules of the
tables.';
