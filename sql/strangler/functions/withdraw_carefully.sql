-- A row whose old image cannot be mapped has said nothing that could be withdrawn; what
-- else stands in the way is found by a comparison.
create or replace function strangler.withdraw_carefully(
    p_move text,
    p_step text,
    p_rows anyarray
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_half constant integer := cardinality(p_rows) / 2;
begin
    execute format('select strangler.%I($1)', format('capture_%s_%s', p_step, p_move))
    using p_rows;
exception
    when others then
        if v_half > 0 then
            perform strangler.withdraw_carefully(p_move, p_step, p_rows[:v_half]);
            perform strangler.withdraw_carefully(p_move, p_step, p_rows[v_half + 1:]);
        elsif p_step = 'withdraw' then
            perform strangler.report_loss(
                p_move, 'a row that is gone', sqlstate, sqlerrm
            );
        end if;
end;
$function$;

comment on function strangler.withdraw_carefully(text, text, anyarray) is
'Mark or take away what rows said that are gone from the source of a move, one by one
where all at once fails; what fails then is logged. p_step: mark or withdraw. p_rows:
source rows.';
