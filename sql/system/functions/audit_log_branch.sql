create or replace function system.audit_log_branch(p_name text)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        (
            select format(
                'select %L::text, kept.trail_id, kept.trail_at,'
                ' system.audit_operation(kept.trail_operation),'
                ' kept.trail_transaction, kept.trail_role, kept.trail_actor,'
                ' kept.trail_reason, kept.trail_migration,'
                ' (select to_jsonb(part) from (select %s) as part),'
                ' case when kept.trail_operation not in (''I'', ''N'')'
                ' then (select to_jsonb(part) from (select %s) as part) end'
                ' from %s as kept',
                registered.name,
                system.audit_list(
                    system.last_shape(p_name), 'kept.%1$I', p_only_key => true
                ),
                (
                    select string_agg(
                        format('kept.%I', attribute.attname), ', '
                        order by attribute.attnum
                    )
                    from pg_catalog.pg_attribute as attribute
                    where
                        attribute.attrelid = registered.history
                        and attribute.attnum > 0
                        and not attribute.attisdropped
                        and not starts_with(attribute.attname, 'trail_')
                ),
                registered.history
            )
            from system.audited_tables as registered
            where registered.name = p_name
        ),
        'select null::text, null::bigint, null::timestamptz, null::text, null::bigint,'
        ' null::text, null::text, null::text, null::text, null::jsonb, null::jsonb'
        ' where false'
    );
$function$;

comment on function system.audit_log_branch(text) is
'Return the query over one history, or over none when p_name is null. Part of
generate_audit_log().';
