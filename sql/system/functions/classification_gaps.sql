create or replace function system.classification_gaps()
returns table (subject text, detail text)
language sql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
    with columns as (
        select
            class.oid::regclass as relation,
            attribute.attname::text as name,
            attribute.attgenerated <> '' as is_generated
        from pg_catalog.pg_class as class
        inner join pg_catalog.pg_namespace as namespace
            on class.relnamespace = namespace.oid
        inner join pg_catalog.pg_attribute as attribute
            on
                class.oid = attribute.attrelid
                and attribute.attnum > 0
                and not attribute.attisdropped
        where
            class.relkind in ('r', 'p')
            and not class.relispartition
            and (
                namespace.nspname = any(system.installed_schemas())
                or class.oid in (
                    select known.relation from system.classified_tables as known
                )
            )
            and class.relname !~ '^_?yoyo_'
            and not exists (
                select from system.audited_tables as known
                where known.history = class.oid
            )
    ),

    classified as (
        select
            known.relation,
            known.column_name as name,
            known.class,
            tables.rows_kept
        from system.classified_columns as known
        inner join system.classified_tables as tables
            on known.relation = tables.relation
        inner join pg_catalog.pg_class as class on known.relation = class.oid
    ),

    reached as (
        select tables.relation
        from system.classified_tables as root
        cross join lateral system.subject_tables(root.relation) as tables
        where root.subject_kind is not null
    ),

    searched as (
        select known.store, known.name
        from system.searched_columns() as known
    )

    select
        format('%s.%I', columns.relation, columns.name),
        'is not classified: say with system.classify_table() what it tells of a person'
    from columns
    left join classified using (relation, name)
    where classified.class is null
    union all
    select
        format('%s.%I', classified.relation, classified.name),
        'is classified, and is not there'
    from classified
    left join columns using (relation, name)
    where columns.relation is null
    union all
    select
        format('%s.%I', classified.relation, classified.name),
        case
            when classified.class = 'subject'
                then 'is no foreign key to a table with rows of a person'
            when classified.class in ('free', 'trace')
                then 'is no text, array of texts or JSON that can be looked through'
            when classified.relation not in (select reached.relation from reached)
                then 'has no way to its person: classify a foreign key as subject'
            when not columns.is_generated
                then 'is not null: say what takes the place of an erased value'
        end
    from classified
    inner join columns using (relation, name)
    where
        classified.class = 'subject'
        and not exists (
            select from system.subject_edges() as edge
            where
                edge.relation = classified.relation
                and classified.name = any(edge.columns)
        )
        or classified.class in ('free', 'trace')
        and not exists (
            select from searched
            where
                searched.store = classified.relation
                and searched.name = classified.name
        )
        or classified.class in ('identifier', 'attribute', 'secret', 'kept')
        and (
            classified.relation not in (select reached.relation from reached)
            or classified.class <> 'kept'
            and classified.rows_kept <> 'never'
            and not columns.is_generated
            and system.replacement(classified.relation, classified.name) is null
        )
    order by 1, 2;
$function$;

comment on function system.classification_gaps() is
'Return the columns of which nobody has said what they tell of a person, or of whose
values an erasure could not get rid, with the reason. No rows: an erasure reaches all.';
