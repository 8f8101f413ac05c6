create or replace function system.require_auditable(p_table regclass)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_class pg_catalog.pg_class;
    v_is_parent boolean;
begin
    select class.* into v_class from pg_catalog.pg_class as class
    where class.oid = p_table;
    v_is_parent := exists (
        select from pg_catalog.pg_inherits as inheritance
        where inheritance.inhparent = p_table
    );
    if v_class.relkind is distinct from 'p'
        and (
            v_class.relkind is distinct from 'r'
            or v_class.relispartition
            or v_class.relpersistence = 't'
            or v_is_parent
        )
        or exists (
            select from system.audited_tables as registered
            where registered.history = p_table
        )
        or exists (
            select
            from pg_catalog.pg_partition_tree(p_table) as leaf
            inner join pg_catalog.pg_class as class on leaf.relid = class.oid
            where leaf.isleaf and class.relkind not in ('r', 'p')
        )
    then
        raise exception '% cannot be audited', coalesce(p_table::text, 'null')
            using errcode = 'MD402',
                detail = 'A trail is kept for a plain or a partitioned table of our own: '
                'no view, foreign or temporary table, partition, history, or parent '
                'of inheritance.',
                hint = 'For a partition, name the table that it is a partition of.';
    end if;
    if not exists (
        select from system.audited_columns(p_table) as column_
        where column_.key_position is not null
    ) then
        raise exception '% has no primary key', p_table
            using errcode = 'MD401',
                detail = 'Without one, the changes of a row cannot be told apart.',
                hint = format('Add one: alter table %s add primary key (...);', p_table);
    end if;
    if exists (
        select from system.audited_columns(p_table) as column_
        where starts_with(column_.name, 'trail_')
    ) then
        raise exception '% has a column whose name begins with "trail_"', p_table
            using errcode = 'MD402',
                detail = 'The history has columns of such names beside those of the table.',
                hint = 'Rename the column.';
    end if;
end;
$function$;

comment on function system.require_auditable(regclass) is
'Refuse a table that a trail cannot be kept of. Errors: MD401 without a primary key,
MD402 for a view, foreign or temporary table, partition, history, parent of inheritance,
or a column named trail_...';
