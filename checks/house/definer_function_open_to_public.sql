-- title: Function with its owner's rights that everybody may call
-- id: HSE006
-- severity: error
-- why: whoever can connect would act with the rights of the owner
-- fix: revoke all on the function from public, and grant it to whom it is for
select
    function.oid::regprocedure::text as subject,
    format('owner %s', function.proowner::regrole) as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_proc as function on room.name::regnamespace = function.pronamespace
where
    function.prosecdef
    and has_function_privilege('public', function.oid, 'execute')
order by subject;
