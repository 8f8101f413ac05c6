-- Into the partition itself: triggers of the parent would take the rows for new ones.
create or replace function system.place_strays(
    p_table regclass,
    p_starts_at timestamptz
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_partition regclass;
    v_columns text;
begin
    select partition.partition into strict v_partition
    from system.partitions as partition
    where partition.parent = p_table and partition.starts_at = p_starts_at;
    select string_agg(quote_ident(attribute.attname), ', ' order by attribute.attnum)
    into strict v_columns
    from pg_catalog.pg_attribute as attribute
    where
        attribute.attrelid = p_table
        and attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.attgenerated = '';
    execute format(
        'insert into %1$s (%2$s) overriding system value select %2$s from pg_temp.strays',
        v_partition, v_columns
    );
    drop table pg_temp.strays;
end;
$function$;

comment on function system.place_strays(regclass, timestamptz) is
'Put the rows of pg_temp.strays into the partition of their period. Part of
system.make_partition().';
