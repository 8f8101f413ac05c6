-- What was stated later stays; of two entries of one array the later in it counts.
create or replace function products.record_inventory(
    p_entries products.inventory_entry[],
    p_on_tie text default 'replace'
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_changed integer;
begin
    if p_on_tie not in ('replace', 'keep') then
        raise exception 'p_on_tie is "%", neither replace nor keep', p_on_tie
            using errcode = '22023';
    end if;
    insert into products.inventory as known (
        id, product_id, variant_id, size_label, quantity, status, location,
        supplier_id, bought_from, purchased_at, arrived_at, currency,
        purchase_net_cents, purchase_vat_cents, vat_percent, notes, external_ids,
        created_at, observed_at, origin
    )
    select distinct on (entry.id)
        entry.id,
        entry.product_id,
        entry.variant_id,
        entry.size_label,
        entry.quantity,
        entry.status,
        entry.location,
        entry.supplier_id,
        entry.bought_from,
        entry.purchased_at,
        entry.arrived_at,
        entry.currency,
        entry.purchase_net_cents,
        entry.purchase_vat_cents,
        entry.vat_percent,
        entry.notes,
        entry.external_ids,
        coalesce(entry.created_at, now()),
        entry.observed_at,
        entry.origin
    from unnest(p_entries) with ordinality as entry
    order by
        entry.id asc,
        entry.observed_at desc,
        case p_on_tie when 'keep' then entry.ordinality else - entry.ordinality end asc
    on conflict (id) do update set
        (
            product_id, variant_id, size_label, quantity, status, location,
            supplier_id, bought_from, purchased_at, arrived_at, currency,
            purchase_net_cents, purchase_vat_cents, vat_percent, notes, external_ids,
            removed_at, observed_at, origin
        ) = (
            excluded.product_id, excluded.variant_id, excluded.size_label,
            excluded.quantity, excluded.status, excluded.location,
            excluded.supplier_id, excluded.bought_from, excluded.purchased_at,
            excluded.arrived_at, excluded.currency, excluded.purchase_net_cents,
            excluded.purchase_vat_cents, excluded.vat_percent, excluded.notes,
            excluded.external_ids, excluded.removed_at, excluded.observed_at,
            excluded.origin
        )
    where
        known.observed_at < excluded.observed_at
        or (
            known.observed_at = excluded.observed_at
            and p_on_tie = 'replace'
            and (
                known.product_id, known.variant_id, known.size_label, known.quantity,
                known.status, known.location, known.supplier_id, known.bought_from,
                known.purchased_at, known.arrived_at, known.currency,
                known.purchase_net_cents, known.purchase_vat_cents, known.vat_percent,
                known.notes, known.external_ids, known.removed_at, known.origin
            ) is distinct from (
                excluded.product_id, excluded.variant_id, excluded.size_label,
                excluded.quantity, excluded.status, excluded.location,
                excluded.supplier_id, excluded.bought_from, excluded.purchased_at,
                excluded.arrived_at, excluded.currency, excluded.purchase_net_cents,
                excluded.purchase_vat_cents, excluded.vat_percent, excluded.notes,
                excluded.external_ids, excluded.removed_at, excluded.origin
            )
        );
    get diagnostics v_changed = row_count;
    return v_changed;
end;
$function$;

comment on function products.record_inventory(products.inventory_entry[], text) is
'Write pieces of stock under the keys they come with; return how many are new or
changed. p_on_tie: replace or keep what was stated at the very same time.
Errors: 22023 for another p_on_tie; class 23 for entries that break the rules of the
table.';
