create function {{ schema }}.{{ keep }}()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    -- The backfill fills the new column only, and must not write anything back.
    if coalesce(current_setting('mdt.filling', true), '') = '{{ fill }}' then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.{{ new }} is null then
            new.{{ new }} := {{ forth_new }};
        else
            new.{{ old }} := {{ back_new }};
        end if;
    elsif new.{{ new }} is distinct from old.{{ new }} then
        new.{{ old }} := {{ back_new }};
    elsif new.{{ old }} is distinct from old.{{ old }} or new.{{ new }} is null then
        new.{{ new }} := {{ forth_new }};
    end if;
    return new;
end;
$function$;
comment on function {{ schema }}.{{ keep }}() is
'Keep {{ old }} and {{ new }} of {{ table }} in step, whichever is written.';
-- By name the last of the triggers: what others change in the row is seen.
create trigger zz_{{ keep }}
before insert or update on {{ table }}
for each row execute function {{ schema }}.{{ keep }}();
