-- Why a row was refused may be gone without the row having changed: its product is
-- known now, or the mapping was corrected.
create or replace function strangler.retry_quarantine(
    p_move text,
    p_after jsonb default null,
    out last_key jsonb,
    out released integer
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '500ms'
set jit = off
as $function$
declare
    v_move constant strangler.moves := strangler.lock_started_move(p_move);
    v_keys jsonb[];
    v_left integer := 0;
begin
    released := 0;
    v_keys := array(
        select known.source_key
        from strangler.quarantine as known
        where known.move = p_move and (p_after is null or known.source_key > p_after)
        order by known.source_key asc
        limit 1000
    );
    if v_keys = '{}' then
        return;
    end if;
    execute strangler.retry_query(v_move) into v_left using v_keys;
    last_key := v_keys[cardinality(v_keys)];
    released := cardinality(v_keys) - coalesce(v_left, 0);
end;
$function$;

comment on function strangler.retry_quarantine(text, jsonb) is
'Try again to write up to a thousand rows that are in quarantine; to be called until it
returns no last_key. p_after: last_key of the call before. released: how many left it.
Errors: MD305; MD306 before it is started; 55P03, 40P01 and 40001: to be called again.';
