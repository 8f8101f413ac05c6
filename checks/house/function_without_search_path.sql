-- title: Function without a pinned search_path
-- id: HSE001
-- severity: error
-- why: what its names mean would be up to the caller
-- fix: add "set search_path = pg_catalog, pg_temp" and qualify every name
select
    function.oid::regprocedure::text as subject,
    format('language %s', language.lanname) as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_proc as function on room.name::regnamespace = function.pronamespace
inner join pg_language as language on function.prolang = language.oid
where
    -- The names in a body of standard SQL are bound when it is created.
    function.prosqlbody is null
    and not exists (
        select
        from unnest(function.proconfig) as setting (text)
        where starts_with(setting.text, 'search_path=')
    )
    -- The mapping function of a move takes part in the plan of what calls it, which a
    -- setting of its own would forbid (8 times slower); what calls it pins the path.
    -- A body of standard SQL would do as well, but bind the columns of the old table:
    -- the application could not drop one of its own any more.
    and not exists (
        select from strangler.moves as move
        where
            move.map_function
            = format('%I.%I', room.name, function.proname)
    )
order by subject;
