-- title: Constraint whose name was generated
-- id: HSE005
-- severity: error
-- why: an error shows the name of the rule, and a later migration has to know it
-- fix: write "constraint <name>"; for a check the name is the rule in words
select
    coalesce(
        nullif(rule.conrelid, 0)::regclass::text, rule.contypid::regtype::text
    ) || '.' || quote_ident(rule.conname) as subject,
    pg_get_constraintdef(rule.oid) as detail
from system.installation as installation
cross join jsonb_each_text(installation.schema_map) as room (plain_name, name)
inner join pg_constraint as rule on room.name::regnamespace = rule.connamespace
left join pg_class as class on rule.conrelid = class.oid
where
    rule.conparentid = 0
    and rule.coninhcount = 0
    and not coalesce(class.relispartition, false)
    and case rule.contype
        when 'c' then rule.conname ~ '_check\d*$'
        -- Keys are named as the server would; it adds a number to a second one.
        when 'n' then false
        else rule.conname ~ '_(pkey|key|fkey|excl)\d+$'
    end
order by subject;
