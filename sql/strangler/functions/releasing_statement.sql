create or replace function strangler.releasing_statement(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            delete from strangler.quarantine as known
            using unnest(p_gone) as given
            where
                known.move = %1$L
                and known.source_key = %2$s
                and not exists (select from %3$s as present where (%4$s) = (%5$s));
        $template$,
        p_move.name,
        strangler.key_expression(p_move.source_key, 'given'),
        p_move.source_table::regclass,
        strangler.column_list(p_move.source_key, 'present'),
        strangler.column_list(p_move.source_key, 'given')
    );
$function$;

comment on function strangler.releasing_statement(strangler.moves) is
'Return the statement that takes rows out of quarantine whose keys are gone. Part of
strangler.generate_withdrawer().';
