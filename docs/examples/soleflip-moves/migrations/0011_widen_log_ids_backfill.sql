-- Widen log ids: fill the new column.
-- allow: ban-drop-function, nothing but this file has called it
-- allow: unreadable_statement, it takes over what is there by then
-- noqa: disable=LT05
-- depends: 0010_widen_log_ids
-- transactional: false

-- A batch is a transaction of its own and remembers where it ended: whatever stops this file,
-- applying it again goes on from there. Rows that somebody has locked are passed over, so that
-- nobody ever waits for both, and come with a later pass.
create table if not exists legacy_system.fill_logs_id_new (
    only_row boolean not null default true,
    next_page bigint not null default 0,
    constraint fill_logs_id_new_pkey primary key (only_row),
    constraint fill_logs_id_new_is_a_single_row check (only_row)
);
create or replace procedure legacy_system.fill_logs_id_new(
    p_pages bigint default 64, p_pause_seconds double precision default 0
)
language plpgsql
as $procedure$
declare
    v_page bigint;
    v_pass integer := 1;
    v_pages bigint := pg_relation_size('legacy_system.logs') / current_setting('block_size')::bigint;
begin
    insert into legacy_system.fill_logs_id_new default values on conflict do nothing;
    loop
        select next_page into strict v_page from legacy_system.fill_logs_id_new;
        if v_page > v_pages then
            exit when not exists (
                select from legacy_system.logs where id_new is null and (id::bigint) is not null
            );
            v_pass := v_pass + 1;
            if v_pass > 100 then
                raise exception 'rows of legacy_system.logs stay locked by other transactions'
                    using errcode = 'lock_not_available',
                        hint = 'End them, then apply this file again.';
            end if;
            update legacy_system.fill_logs_id_new set next_page = 0;
            v_pages := pg_relation_size('legacy_system.logs') / current_setting('block_size')::bigint;
            commit;
            perform pg_sleep(0.2);
            continue;
        end if;
        perform set_config('mdt.filling', 'fill_logs_id_new', true);
        update legacy_system.logs set id_new = id::bigint
        where ctid = any(array(
            select ctid from legacy_system.logs
            where
                ctid >= format('(%s,0)', v_page)::tid
                and ctid < format('(%s,0)', v_page + p_pages)::tid
                and id_new is null and (id::bigint) is not null
            for no key update skip locked
        ));
        update legacy_system.fill_logs_id_new set next_page = v_page + p_pages;
        commit;
        perform pg_sleep(p_pause_seconds);
    end loop;
end;
$procedure$;
call legacy_system.fill_logs_id_new();
drop procedure if exists legacy_system.fill_logs_id_new(bigint, double precision);
drop table if exists legacy_system.fill_logs_id_new;
create unique index concurrently system_logs_id_new_key on legacy_system.logs using btree (id_new);
alter table legacy_system.logs validate constraint logs_id_new_not_null;
-- The validated constraint proves it, so that no row is read under the lock.
alter table legacy_system.logs alter column id_new set not null;
