-- What an object carries besides its definition: what "create" does not bring back.
-- PL/pgSQL keeps the plan, which takes longer to make than the answer.
create or replace function pg_temp.object_attributes(p_class oid, p_object oid)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        with owned as (
            select
                class.relowner as owner,
                class.relacl as grants,
                'r'::"char" as default_type
            from pg_catalog.pg_class as class
            where p_class = 'pg_catalog.pg_class'::regclass and class.oid = p_object
            union all
            select function.proowner, function.proacl, 'f'
            from pg_catalog.pg_proc as function
            where p_class = 'pg_catalog.pg_proc'::regclass and function.oid = p_object
            union all
            select entry.stxowner, null, null
            from pg_catalog.pg_statistic_ext as entry
            where p_class = 'pg_catalog.pg_statistic_ext'::regclass and entry.oid = p_object
        ),

        -- One row for the object itself, named '', and one for each of its columns.
        part as (
            select 0 as number, '' as name, '{}'::jsonb as attributes
            union all
            select
                attribute.attnum,
                attribute.attname,
                jsonb_build_object(
                    'default', pg_get_expr(default_value.adbin, default_value.adrelid),
                    'target', nullif(attribute.attstattarget, -1),
                    'options', attribute.attoptions,
                    'grants', (
                        select
                            jsonb_agg(
                                array[
                                    coalesce(quote_ident(role.rolname), 'public'),
                                    entry.privilege_type,
                                    entry.is_grantable::text
                                ]
                                order by role.rolname, entry.privilege_type
                            )
                        from aclexplode(attribute.attacl) as entry
                        left join pg_catalog.pg_roles as role on entry.grantee = role.oid
                    )
                )
            from pg_catalog.pg_attribute as attribute
            left join pg_catalog.pg_attrdef as default_value
                on
                    attribute.attrelid = default_value.adrelid
                    and attribute.attnum = default_value.adnum
            where
                p_class = 'pg_catalog.pg_class'::regclass
                and attribute.attrelid = p_object
                and attribute.attnum > 0
                and not attribute.attisdropped
        ),

        described as (
            select
                part.name,
                jsonb_strip_nulls(
                    part.attributes || jsonb_build_object(
                        'comment', (
                            select comment.description
                            from pg_catalog.pg_description as comment
                            where
                                comment.classoid = p_class
                                and comment.objoid = p_object
                                and comment.objsubid = part.number
                        ),
                        'labels', (
                            select jsonb_object_agg(label.provider, label.label)
                            from pg_catalog.pg_seclabel as label
                            where
                                label.classoid = p_class
                                and label.objoid = p_object
                                and label.objsubid = part.number
                        )
                    )
                ) as attributes
            from part
        )

        select
            jsonb_strip_nulls(
                jsonb_build_object(
                    'parts', (
                        select jsonb_object_agg(described.name, described.attributes)
                        from described
                        where described.attributes <> '{}' or described.name = ''
                    ),
                    'columns', (select jsonb_agg(part.name) from part where part.number > 0),
                    'owner', (select pg_get_userbyid(owned.owner) from owned),
                    'grants', (
                        select
                            jsonb_agg(
                                array[
                                    coalesce(quote_ident(role.rolname), 'public'),
                                    entry.privilege_type,
                                    entry.is_grantable::text
                                ]
                                order by role.rolname, entry.privilege_type
                            )
                        from owned
                        cross join lateral aclexplode(
                            coalesce(owned.grants, acldefault(owned.default_type, owned.owner))
                        ) as entry
                        left join pg_catalog.pg_roles as role on entry.grantee = role.oid
                        where owned.default_type is not null
                    ),
                    'options', (
                        select class.reloptions from pg_catalog.pg_class as class
                        where
                            p_class = 'pg_catalog.pg_class'::regclass and class.oid = p_object
                    ),
                    'is_populated', (
                        select class.relispopulated from pg_catalog.pg_class as class
                        where
                            p_class = 'pg_catalog.pg_class'::regclass
                            and class.oid = p_object
                            and class.relkind = 'm'
                    ),
                    'firing', (
                        select
                            jsonb_build_object(
                                'state', trigger.tgenabled,
                                'name', trigger.tgname,
                                'relation', trigger.tgrelid::regclass::text
                            )
                        from pg_catalog.pg_trigger as trigger
                        where
                            p_class = 'pg_catalog.pg_trigger'::regclass
                            and trigger.oid = p_object
                        union all
                        select
                            jsonb_build_object(
                                'state', rule.ev_enabled,
                                'name', rule.rulename,
                                'relation', rule.ev_class::regclass::text
                            )
                        from pg_catalog.pg_rewrite as rule
                        where
                            p_class = 'pg_catalog.pg_rewrite'::regclass
                            and rule.oid = p_object
                    ),
                    'indexes', (
                        select
                            jsonb_agg(
                                jsonb_build_object(
                                    'name', class.relname,
                                    'place', class.oid::regclass::text,
                                    'definition', pg_get_indexdef(class.oid),
                                    'tablespace', space.spcname,
                                    'comment', obj_description(class.oid, 'pg_class'),
                                    'is_clustered', entry.indisclustered
                                )
                                order by class.oid
                            )
                        from pg_catalog.pg_index as entry
                        inner join pg_catalog.pg_class as class on entry.indexrelid = class.oid
                        left join pg_catalog.pg_tablespace as space
                            on class.reltablespace = space.oid
                        where
                            p_class = 'pg_catalog.pg_class'::regclass
                            and entry.indrelid = p_object
                    )
                )
            )
    );
end;
$function$;
