-- What the law keeps, and what refers to a row without saying what becomes of it when
-- the row goes, holds it back: such a row stays, and is anonymised.
create or replace function system.delete_subject_rows(
    p_table regclass, p_condition text, p_key text
)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_statement text;
    v_done bigint;
    v_rows bigint := 0;
begin
    select format(
        'delete from %s as t0 where (%s)%s', p_table, p_condition,
        coalesce(string_agg(
            format(
                ' and not exists (select from %s as holder where (%s) = (%s))',
                links.child, links.child_columns, links.own_columns
            ), ''
        ), '')
    )
    into v_statement
    from (
        select
            link.conrelid::regclass as child,
            string_agg(format('holder.%I', other.attname), ', ' order by place.number)
                as child_columns,
            string_agg(format('t0.%I', own.attname), ', ' order by place.number)
                as own_columns
        from pg_catalog.pg_constraint as link
        cross join lateral unnest(link.conkey, link.confkey)
            with ordinality as place (other, own, number)
        inner join pg_catalog.pg_attribute as other
            on link.conrelid = other.attrelid and place.other = other.attnum
        inner join pg_catalog.pg_attribute as own
            on link.confrelid = own.attrelid and place.own = own.attnum
        left join system.classified_tables as known on link.conrelid = known.relation
        where
            link.contype = 'f'
            and link.conparentid = 0
            and link.confrelid = p_table
            and (
                link.confdeltype in ('a', 'r')
                or link.confdeltype = 'c' and known.rows_kept = 'always'
                and system.is_personal(link.conrelid)
            )
        group by link.oid, link.conrelid
    ) as links;
    loop
        execute v_statement using p_key;
        get diagnostics v_done = row_count;
        exit when v_done = 0;
        v_rows := v_rows + v_done;
    end loop;
    return v_rows;
end;
$function$;

comment on function system.delete_subject_rows(regclass, text, text) is
'Delete rows that nothing holds back, and return how many. p_condition: which rows,
t0, as SQL with p_key as $1.';
