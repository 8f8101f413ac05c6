-- "is not distinct from" is neither a key for a hash join nor a condition for an index,
-- so each use has its own way with nulls that are the same.
create or replace function strangler.match_expression(
    p_move strangler.moves,
    p_mapped text,
    p_form text
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select string_agg(
        format(
            case
                when p_form = 'index' or attribute.attnotnull
                    then 'target.%1$I = %2$s.%1$I::%3$s'
                when p_form = 'hash'
                    then 'coalesce(target.%1$I::text, chr(1))'
                        ' = coalesce(%2$s.%1$I::%3$s::text, chr(1))'
                else '(target.%1$I = %2$s.%1$I::%3$s'
                    ' or target.%1$I is null and %2$s.%1$I is null)'
            end,
            part.name, p_mapped, format_type(attribute.atttypid, attribute.atttypmod)
        ),
        ' and ' order by part.place
    )
    from unnest(p_move.target_key) with ordinality as part (name, place)
    inner join pg_catalog.pg_attribute as attribute
        on
            attribute.attrelid = p_move.target_table::regclass
            and part.name = attribute.attname;
$function$;

comment on function strangler.match_expression(strangler.moves, text, text) is
'Return SQL that tells whether the row "target" of a move is the one that a mapped row
speaks of. p_mapped: the mapped row. p_form: hash, for a join of whole tables; row, for
a
few rows; index, which does not find what is null.';
