-- What "drop ... cascade" would take along, and how each of it can be made again. What
-- has no statement to make it again exactly has no definition: it is to be refused.
create or replace function pg_temp.objects_built_on(p_classes oid[], p_objects oid[])
returns table (
    key text,
    class_oid oid,
    object_oid oid,
    kind text,
    schema_name text,
    object_name text,
    identity text,
    address jsonb,
    description text,
    drop_statement text,
    definition text,
    attributes jsonb,
    needs text[]
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with recursive doomed (classid, objid, objsubid) as (
        select root.classid, root.objid, 0
        from unnest(p_classes, p_objects) as root (classid, objid)
        union
        select next.classid, next.objid, next.objsubid
        from doomed
        cross join lateral (
            -- What is built on it.
            select user_of.classid, user_of.objid, user_of.objsubid
            from pg_catalog.pg_depend as user_of
            where
                user_of.refclassid = doomed.classid
                and user_of.refobjid = doomed.objid
                and user_of.deptype in ('n', 'a', 'i', 'P', 'S')
            union all
            -- What it is a part of: the view of a rule, the table of a row type.
            select part_of.refclassid, part_of.refobjid, part_of.refobjsubid
            from pg_catalog.pg_depend as part_of
            where
                part_of.classid = doomed.classid
                and part_of.objid = doomed.objid
                and part_of.deptype = 'i'
        ) as next
        where doomed.objsubid = 0
    ),

    -- The relation that an object is only a part of, and is made again with.
    part as (
        select
            doomed.classid,
            doomed.objid,
            doomed.objsubid,
            coalesce(
                rule.ev_class, nullif(type.typrelid, 0), nullif(element.typrelid, 0),
                entry.indrelid, view_default.adrelid
            ) as relation
        from doomed
        left join pg_catalog.pg_rewrite as rule
            on
                doomed.classid = 'pg_catalog.pg_rewrite'::regclass
                and doomed.objid = rule.oid
                and rule.rulename = '_RETURN'
        left join pg_catalog.pg_type as type
            on
                doomed.classid = 'pg_catalog.pg_type'::regclass
                and doomed.objid = type.oid
        left join pg_catalog.pg_type as element on type.typelem = element.oid
        left join (
            pg_catalog.pg_index as entry
            inner join pg_catalog.pg_class as indexed
                on entry.indrelid = indexed.oid and indexed.relkind in ('m', 't')
        )
            on
                doomed.classid = 'pg_catalog.pg_class'::regclass
                and doomed.objid = entry.indexrelid
        left join (
            pg_catalog.pg_attrdef as view_default
            inner join pg_catalog.pg_class as defaulted
                on view_default.adrelid = defaulted.oid and defaulted.relkind = 'v'
        )
            on
                doomed.classid = 'pg_catalog.pg_attrdef'::regclass
                and doomed.objid = view_default.oid
    ),

    owner as (
        select
            part.classid,
            part.objid,
            case
                when part.relation is null then part.classid
                else 'pg_catalog.pg_class'::regclass
            end as class_oid,
            coalesce(part.relation, part.objid) as object_oid,
            part.objsubid
        from part
    ),

    candidate as (
        select distinct
            owner.class_oid,
            owner.object_oid,
            max(owner.objsubid) over (
                partition by owner.class_oid, owner.object_oid
            ) as objsubid
        from owner
    ),

    known as (
        select
            candidate.*,
            class.relkind,
            trigger.tgparentid <> 0 or trigger.tgisinternal or class.relkind = 't'
            or constraint_entry.contype = 't' as is_part,
            function.prokind,
            trigger.oid as trigger_oid,
            policy.oid as policy_oid,
            rule.oid as rule_oid,
            statistic.oid as statistics_oid,
            column_default.adrelid as default_of,
            attribute.attname as default_column,
            identity.type as kind,
            identity.identity
        from candidate
        cross join lateral pg_identify_object(
            candidate.class_oid, candidate.object_oid, 0
        ) as identity
        left join pg_catalog.pg_class as class
            on
                candidate.class_oid = 'pg_catalog.pg_class'::regclass
                and candidate.object_oid = class.oid
        left join pg_catalog.pg_proc as function
            on
                candidate.class_oid = 'pg_catalog.pg_proc'::regclass
                and candidate.object_oid = function.oid
        left join pg_catalog.pg_trigger as trigger
            on
                candidate.class_oid = 'pg_catalog.pg_trigger'::regclass
                and candidate.object_oid = trigger.oid
        left join pg_catalog.pg_policy as policy
            on
                candidate.class_oid = 'pg_catalog.pg_policy'::regclass
                and candidate.object_oid = policy.oid
        left join pg_catalog.pg_rewrite as rule
            on
                candidate.class_oid = 'pg_catalog.pg_rewrite'::regclass
                and candidate.object_oid = rule.oid
        left join pg_catalog.pg_statistic_ext as statistic
            on
                candidate.class_oid = 'pg_catalog.pg_statistic_ext'::regclass
                and candidate.object_oid = statistic.oid
        left join pg_catalog.pg_constraint as constraint_entry
            on
                candidate.class_oid = 'pg_catalog.pg_constraint'::regclass
                and candidate.object_oid = constraint_entry.oid
        left join pg_catalog.pg_attrdef as column_default
            on
                candidate.class_oid = 'pg_catalog.pg_attrdef'::regclass
                and candidate.object_oid = column_default.oid
        left join pg_catalog.pg_attribute as attribute
            on
                column_default.adrelid = attribute.attrelid
                and column_default.adnum = attribute.attnum
                and attribute.attgenerated = ''
    ),

    edge as (
        select
            owner.class_oid,
            owner.object_oid,
            array_agg(distinct format('%s.%s', used.class_oid, used.object_oid)) as needs
        from owner
        inner join pg_catalog.pg_depend as depend
            on owner.classid = depend.classid and owner.objid = depend.objid
        inner join owner as used
            on depend.refclassid = used.classid and depend.refobjid = used.objid
        where (owner.class_oid, owner.object_oid) <> (used.class_oid, used.object_oid)
        group by owner.class_oid, owner.object_oid
    )

    select
        format('%s.%s', known.class_oid, known.object_oid),
        known.class_oid,
        known.object_oid,
        known.kind,
        place.schema_name,
        place.object_name,
        known.identity,
        to_jsonb(pg_identify_object_as_address(known.class_oid, known.object_oid, 0)),
        pg_describe_object(known.class_oid, known.object_oid, known.objsubid),
        case
            when known.default_column is not null
                then format(
                    'alter table %s alter column %I drop default',
                    known.default_of::regclass, known.default_column
                )
            when known.statistics_oid is not null
                then format('drop statistics if exists %s', known.identity)
            else format('drop %s if exists %s', known.kind, known.identity)
        end,
        case
            when known.objsubid <> 0 then null
            when known.relkind in ('v', 'm')
                then pg_temp.relation_definition(known.object_oid)
            when known.prokind in ('f', 'p', 'w') then pg_get_functiondef(known.object_oid)
            when known.trigger_oid is not null then pg_get_triggerdef(known.object_oid)
            when known.policy_oid is not null
                then pg_temp.policy_definition(known.object_oid)
            when known.rule_oid is not null then pg_get_ruledef(known.object_oid)
            when known.statistics_oid is not null
                then pg_get_statisticsobjdef(known.object_oid)
            when known.default_column is not null
                then (
                    select
                        format(
                            'alter table %s alter column %I set default %s',
                            known.default_of::regclass,
                            known.default_column,
                            pg_get_expr(entry.adbin, entry.adrelid)
                        )
                    from pg_catalog.pg_attrdef as entry
                    where entry.oid = known.object_oid
                )
        end,
        pg_temp.object_attributes(known.class_oid, known.object_oid),
        coalesce(edge.needs, '{}')
    from known
    left join edge
        on known.class_oid = edge.class_oid and known.object_oid = edge.object_oid
    -- The schema and name that the path of its file would have.
    left join lateral (
        select
            namespace.nspname::text as schema_name,
            coalesce(trigger.tgname, policy.polname, function.proname, class.relname)::text
            as object_name
        from (values (1)) as one (number)
        left join pg_catalog.pg_trigger as trigger on known.trigger_oid = trigger.oid
        left join pg_catalog.pg_policy as policy on known.policy_oid = policy.oid
        left join pg_catalog.pg_proc as function
            on known.prokind is not null and known.object_oid = function.oid
        left join pg_catalog.pg_class as class
            on
                class.oid = coalesce(
                    trigger.tgrelid, policy.polrelid,
                    case when known.relkind is not null then known.object_oid end
                )
        inner join pg_catalog.pg_namespace as namespace
            on namespace.oid = coalesce(class.relnamespace, function.pronamespace)
    ) as place on true
    where not coalesce(known.is_part, false);
$function$;
