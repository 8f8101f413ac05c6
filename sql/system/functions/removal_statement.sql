create or replace function system.removal_statement(
    p_policy system.retention_policies, p_archive regclass default null
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select case p_policy.action
        when 'delete' then format('delete from %s as t0 where %%s', p_policy.relation)
        when 'anonymize' then (
            select format(
                'update %s as t0 set %s where %%s', p_policy.relation,
                string_agg(
                    format(
                        '%I = %s', classified.column_name,
                        replace(
                            system.replacement(
                                classified.relation, classified.column_name
                            ), '%', '%%'
                        )
                    ), ', '
                )
            )
            from system.classified_columns as classified
            where
                classified.relation = p_policy.relation
                and classified.class in ('identifier', 'attribute', 'secret')
        )
        when 'archive'::text then (
            select format(
                'with moved as (delete from %1$s as t0 where %%s returning t0.*)'
                ' insert into %2$s (%3$s) select %3$s from moved',
                p_policy.relation, p_archive,
                string_agg(quote_ident(attribute.attname), ', ')
            )
            from pg_catalog.pg_attribute as attribute
            where
                attribute.attrelid = p_policy.relation
                and attribute.attnum > 0
                and not attribute.attisdropped
        )
    end;
$function$;

comment on function system.removal_statement(system.retention_policies, regclass) is
'Return the statement that does what a retention policy asks to rows, t0, with %s in the
place of the condition for them. p_archive: where archived rows go.';
