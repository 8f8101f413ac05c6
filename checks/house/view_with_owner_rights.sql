-- title: View that reads with the rights of its owner
-- id: HSE020
-- severity: error
-- why: it shows the rows of all users to whoever may read it
-- fix: create it "with (security_invoker = true)"
select
    class.oid::regclass::text as subject,
    format('owner %s', class.relowner::regrole) as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_class as class on room.name::regnamespace = class.relnamespace
where
    class.relkind = 'v'
    and not coalesce(class.reloptions && array[
        'security_invoker=true', 'security_invoker=on', 'security_invoker=1'
    ], false)
order by subject;
