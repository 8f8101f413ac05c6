-- {{ title }}: fill the new column.
-- depends: {{ depends }}
-- transactional: false

-- A batch is a transaction of its own and remembers where it ended: whatever stops this file,
-- applying it again goes on from there. Rows that somebody has locked are passed over, so that
-- nobody ever waits for both, and come with a later pass.
create table if not exists {{ schema }}.{{ fill }} (
    only_row boolean not null default true,
    next_page bigint not null default 0,
    constraint {{ fill }}_pkey primary key (only_row),
    constraint {{ fill }}_is_a_single_row check (only_row)
);
create or replace procedure {{ schema }}.{{ fill }}(
    p_pages bigint default 64, p_pause_seconds double precision default 0
)
language plpgsql
as $procedure$
declare
    v_page bigint;
    v_pass integer := 1;
    v_pages bigint := pg_relation_size('{{ table }}') / current_setting('block_size')::bigint;
begin
    insert into {{ schema }}.{{ fill }} default values on conflict do nothing;
    loop
        select next_page into strict v_page from {{ schema }}.{{ fill }};
        if v_page > v_pages then
            exit when not exists (
                select from {{ table }} where {{ new }} is null and ({{ forth }}) is not null
            );
            v_pass := v_pass + 1;
            if v_pass > 100 then
                raise exception 'rows of {{ table }} stay locked by other transactions'
                    using errcode = 'lock_not_available',
                        hint = 'End them, then apply this file again.';
            end if;
            update {{ schema }}.{{ fill }} set next_page = 0;
            v_pages := pg_relation_size('{{ table }}') / current_setting('block_size')::bigint;
            commit;
            perform pg_sleep(0.2);
            continue;
        end if;
        perform set_config('mdt.filling', '{{ fill }}', true);
        update {{ table }} set {{ new }} = {{ forth }}
        where ctid = any(array(
            select ctid from {{ table }}
            where
                ctid >= format('(%s,0)', v_page)::tid
                and ctid < format('(%s,0)', v_page + p_pages)::tid
                and {{ new }} is null and ({{ forth }}) is not null
            for no key update skip locked
        ));
        update {{ schema }}.{{ fill }} set next_page = v_page + p_pages;
        commit;
        perform pg_sleep(p_pause_seconds);
    end loop;
end;
$procedure$;
call {{ schema }}.{{ fill }}();
drop procedure if exists {{ schema }}.{{ fill }}(bigint, double precision);
drop table if exists {{ schema }}.{{ fill }};
{%- for index in indexes %}
{{ index.new_definition }};
{%- endfor %}
{%- for constraint in constraints %}
alter table {{ table }} validate constraint {{ constraint.new }};
{%- endfor %}
{%- if is_not_null %}
-- The validated constraint proves it, so that no row is read under the lock.
alter table {{ table }} alter column {{ new }} set not null;
{%- endif %}
