create or replace function system.mention_replacement(
    p_name text, p_category text, p_type text, p_replacement text
)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when p_replacement is not null then format(
            'case when %s then (%s)::%s else t0.%I end',
            system.mention_test(p_name, p_category), p_replacement, p_type, p_name
        )
        else format(
            case p_category
                when 'text' then 'system.scrub_text(t0.%1$I::text, $1)::%2$s'
                when 'array' then 'system.scrub_array(t0.%1$I::text[], $1)::%2$s'
                else 'system.scrub_json(t0.%1$I::jsonb, $1)::%2$s'
            end,
            p_name, p_type
        )
    end;
$function$;

comment on function system.mention_replacement(text, text, text, text) is
'Return the SQL expression for a column of a row, t0, without what the patterns $1 and,
loosely, $2 find. p_category, p_replacement: as in system.searched_columns(). p_type: of
the column.';
