-- A constraint that a parent hands down is described there. A foreign key to a
-- partitioned table has one more entry for each partition, which comes and goes.
create or replace function system.describe_constraints(p_relations oid[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'constraint',
        format('%I.%I.%I', namespace.nspname, class.relname, known.conname),
        jsonb_build_object(
            'definition', pg_get_constraintdef(known.oid),
            'inherited', nullif(known.coninhcount, 0),
            'comment', comment.description
        )
    from unnest(p_relations) as wanted (oid)
    inner join pg_catalog.pg_class as class on wanted.oid = class.oid
    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid
    inner join pg_catalog.pg_constraint as known on class.oid = known.conrelid
    left join pg_catalog.pg_description as comment
        on
            known.oid = comment.objoid
            and comment.classoid = 'pg_catalog.pg_constraint'::regclass
            and comment.objsubid = 0
    where known.conparentid = 0 and known.contype <> 't';
$function$;

comment on function system.describe_constraints(oid[]) is
'Return the constraints of tables with their facts. Part of system.describe_catalog().';
