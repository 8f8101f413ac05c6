-- A project has schemas of its own beside ours: those that its migrations create, and
-- those of its repeatable objects. What it writes into a schema that was there before
-- is not ours to watch.
create or replace function system.installed_schemas()
returns text[]
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select array_agg(distinct named.name order by named.name)
    from (
        select name.value as name
        from system.installation as installation
        cross join lateral jsonb_each_text(installation.schema_map) as name
        union all
        select coalesce(installation.schema_map ->> applied.schema_name, applied.schema_name)
        from system.applied_objects as applied
        cross join system.installation as installation
        union all
        select lower(created.words[1])
        from system.applied_migrations as applied
        cross join lateral regexp_matches(
            applied.content,
            '\mcreate\s+schema\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_]*)', 'gi'
        ) as created (words)
        where applied.layer <> 'toolkit' and applied.adopted_from is null
    ) as named;
$function$;

comment on function system.installed_schemas() is
'Return the names in this database of the schemas of this installation, and of those of
its project.';
