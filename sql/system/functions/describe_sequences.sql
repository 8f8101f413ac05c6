-- Where it stands is data; how it counts is not.
create or replace function system.describe_sequences(p_relations oid[])
returns table (oid oid, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        sequence.seqrelid,
        jsonb_build_object(
            'type', format_type(sequence.seqtypid, null),
            'start', sequence.seqstart,
            'increment', sequence.seqincrement,
            'minimum', sequence.seqmin,
            'maximum', sequence.seqmax,
            'cache', sequence.seqcache,
            'cycle', nullif(sequence.seqcycle, false),
            'owned by', (
                select format('%s.%I', owner.refobjid::regclass, attribute.attname)
                from pg_catalog.pg_depend as owner
                inner join pg_catalog.pg_attribute as attribute
                    on
                        owner.refobjid = attribute.attrelid
                        and owner.refobjsubid = attribute.attnum
                where
                    owner.classid = 'pg_catalog.pg_class'::regclass
                    and owner.objid = sequence.seqrelid
                    and owner.refclassid = 'pg_catalog.pg_class'::regclass
                    and owner.deptype in ('a', 'i')
            )
        )
    from unnest(p_relations) as wanted (oid)
    inner join pg_catalog.pg_sequence as sequence on wanted.oid = sequence.seqrelid;
$function$;

comment on function system.describe_sequences(oid[]) is
'Return the options of sequences. Part of system.describe_catalog().';
