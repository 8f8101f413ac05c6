create or replace function system.due_condition(p_policy system.retention_policies)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        't0.%I < now() - interval %L and (%s)%s',
        p_policy.time_column, p_policy.keep_for, p_policy.condition,
        case when p_policy.action = 'anonymize' then (
            select format(
                ' and (%s)',
                coalesce(
                    string_agg(
                        format(
                            't0.%I::text is distinct from (%s)::text',
                            classified.column_name, system.replacement(
                                classified.relation, classified.column_name
                            )
                        ), ' or '
                    ), 'false'
                )
            )
            from system.classified_columns as classified
            where
                classified.relation = p_policy.relation
                and classified.class in ('identifier', 'attribute', 'secret')
        ) end
    );
$function$;

comment on function system.due_condition(system.retention_policies) is
'Return the condition, as SQL, under which a row, t0, is due under a retention policy.';
