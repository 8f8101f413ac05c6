create or replace function system.accept_drift(p_name text, p_reason text)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_accepted bigint;
begin
    with accepted as materialized (
        select drift.*
        from system.find_drift() as drift
        where
            p_name is null
            or p_name = format('%s %s', drift.kind, drift.identity)
    ),

    noted as (
        insert into system.acceptances (
            kind, name, old_sha256, new_sha256, old_content, new_content, reason
        )
        select
            'drift',
            format('%s %s', accepted.kind, accepted.identity),
            encode(sha256(convert_to(accepted.old_facts::text, 'UTF8')), 'hex'),
            encode(sha256(convert_to(accepted.new_facts::text, 'UTF8')), 'hex'),
            accepted.old_facts::text,
            accepted.new_facts::text,
            p_reason
        from accepted
    ),

    gone as (
        delete from system.catalog_objects as known
        using accepted
        where
            accepted.kind = known.kind
            and accepted.identity = known.identity
            and accepted.new_facts is null
    ),

    kept as (
        insert into system.catalog_objects as known (
            kind, identity, facts, facts_sha256
        )
        select
            accepted.kind,
            accepted.identity,
            accepted.new_facts,
            encode(sha256(convert_to(accepted.new_facts::text, 'UTF8')), 'hex')
        from accepted
        where accepted.new_facts is not null
        on conflict (kind, identity) do update set
            (facts, facts_sha256) = (excluded.facts, excluded.facts_sha256)
    )

    select count(*) into v_accepted
    from accepted;
    return v_accepted;
end;
$function$;

comment on function system.accept_drift(text, text) is
'Record objects that are not as the last run left them as they are now, and return how
many. p_name: kind and name, as "index core.brands_name_idx"; null for all. p_reason: why.
Errors: 23514 without a reason.';
