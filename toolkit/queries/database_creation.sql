-- The statements that make an empty database like the connected one: its encoding and locale, its
-- comment, and the settings that it gives to its sessions.
with original as (
    select
        database.oid,
        database.encoding,
        database.datcollate,
        database.datctype,
        database.datlocprovider,
        to_jsonb(database) as fields
    from pg_catalog.pg_database as database
    where database.datname = current_database()
)

select
    format(
        'create database %%I template template0 encoding %%L lc_collate %%L lc_ctype %%L',
        %(name)s::text, pg_encoding_to_char(original.encoding),
        original.datcollate, original.datctype
    )
    || case original.datlocprovider
        when 'i' then format(
            ' locale_provider icu icu_locale %%L',
            coalesce(original.fields ->> 'datlocale', original.fields ->> 'daticulocale')
        )
        when 'b' then format(
            ' locale_provider builtin builtin_locale %%L', original.fields ->> 'datlocale'
        )
        else ''
    end as statement
from original
union all
select format('comment on database %%I is %%L', %(name)s::text, %(comment)s::text)
union all
select
    format(
        'alter database %%I set %%I = %%s', %(name)s::text, split_part(setting, '=', 1),
        -- A list is kept as it was written, quotes included.
        case
            when setting like 'search_path=%%' then substr(setting, strpos(setting, '=') + 1)
            else quote_literal(substr(setting, strpos(setting, '=') + 1))
        end
    )
from original
inner join pg_catalog.pg_db_role_setting as settings
    on original.oid = settings.setdatabase and settings.setrole = 0
cross join unnest(settings.setconfig) as setting;
