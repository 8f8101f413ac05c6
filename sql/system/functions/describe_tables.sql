-- A foreign key whose own triggers are disabled is still shown by pg_dump as if it were
-- checked; so is one that "alter table ... disable trigger all" has switched off.
create or replace function system.describe_tables(p_relations oid[])
returns table (oid oid, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        class.oid,
        jsonb_build_object(
            'row security', nullif(class.relrowsecurity, false),
            'forced row security', nullif(class.relforcerowsecurity, false),
            'replica identity', nullif(class.relreplident, 'd'),
            'partition key', case
                when class.relkind = 'p' then pg_get_partkeydef(class.oid)
            end,
            'partition bound', case
                when class.relispartition
                    then pg_get_expr(class.relpartbound, class.oid)
            end,
            'of type', nullif(class.reloftype, 0)::regtype,
            'parents', (
                select jsonb_agg(
                    inheritance.inhparent::regclass order by inheritance.inhseqno
                )
                from pg_catalog.pg_inherits as inheritance
                where inheritance.inhrelid = class.oid
            ),
            'unchecked constraints', case
                when class.relhastriggers then (
                    select jsonb_agg(
                        distinct inner_constraint.conname order by inner_constraint.conname
                    )
                    from pg_catalog.pg_trigger as trigger
                    inner join pg_catalog.pg_constraint as inner_constraint
                        on trigger.tgconstraint = inner_constraint.oid
                    where
                        trigger.tgrelid = class.oid
                        and trigger.tgisinternal
                        and trigger.tgenabled = 'D'
                )
            end,
            'foreign server', (
                select
                    jsonb_build_object(
                        'server', server.srvname,
                        'options', foreign_table.ftoptions
                    )
                from pg_catalog.pg_foreign_table as foreign_table
                inner join pg_catalog.pg_foreign_server as server
                    on foreign_table.ftserver = server.oid
                where class.relkind = 'f' and foreign_table.ftrelid = class.oid
            )
        )
    from unnest(p_relations) as wanted (oid)
    inner join pg_catalog.pg_class as class on wanted.oid = class.oid
    where class.relkind in ('r', 'p', 'f');
$function$;

comment on function system.describe_tables(oid[]) is
'Return the facts that tables alone have. Part of system.describe_catalog().';
