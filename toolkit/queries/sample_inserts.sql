-- For each table, the statement that puts made-up rows into the columns that need a value.
-- <rows>: how many. <word>: an expression over "number". Numbers stay away from small
-- keys, which migrations like to insert; of the texts that a check lists the first is
-- taken, and of a foreign key what the other table has.
with needed as (
    select
        attribute.attrelid,
        attribute.attname,
        attribute.attnum,
        attribute.atttypid,
        attribute.atttypmod,
        coalesce(nullif(type.typbasetype, 0), type.oid) as base_type
    from pg_catalog.pg_attribute as attribute
    inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
    where
        attribute.attnum > 0
        and not attribute.attisdropped
        and attribute.attnotnull
        and not attribute.atthasdef
        and attribute.attidentity = ''
),

referring as (
    select distinct on (needed.attrelid, needed.attnum)
        needed.attrelid,
        needed.attnum,
        format(
            '(select %I from %s order by ctid offset number - 1 limit 1)',
            other.attname, key.confrelid::regclass
        ) as expression
    from needed
    inner join pg_catalog.pg_constraint as key
        on
            needed.attrelid = key.conrelid and needed.attnum = any(key.conkey)
            and key.contype = 'f'
    inner join pg_catalog.pg_attribute as other
        on
            key.confrelid = other.attrelid
            and other.attnum = key.confkey[array_position(key.conkey, needed.attnum)]
    order by needed.attrelid, needed.attnum, key.oid
),

listed as (
    select distinct on (rule.conrelid, rule.conkey)
        rule.conrelid as attrelid,
        rule.conkey[1] as attnum,
        (regexp_match(pg_get_constraintdef(rule.oid), '\[''([^'']+)''::'))[1] as word
    from pg_catalog.pg_constraint as rule
    where
        rule.contype = 'c' and cardinality(rule.conkey) = 1
        and pg_get_constraintdef(rule.oid) ~ '\[''[^'']+''::'
    order by rule.conrelid, rule.conkey, rule.oid
),

columns as (
    select
        needed.attrelid,
        needed.attname,
        needed.attnum,
        coalesce(
            referring.expression,
            format(
                '(%s)::%s',
                case
                    when type.typtype = 'e'
                        then format('(enum_range(null::%s))[1]', type.oid::regtype)
                    when type.typname = 'int2' then '32000 + number'
                    when type.typname in ('int4', 'int8', 'oid')
                        then '2000000000 + number'
                    when type.typcategory = 'N' then 'number'
                    when type.typname = 'bpchar'
                        then format(
                            'lpad(chr(64 + number), %s, ''X'')',
                            greatest(needed.atttypmod - 4, 1)
                        )
                    when type.typcategory = 'S'
                        then coalesce(quote_literal(listed.word), '<word>')
                    when type.typname = 'uuid' then 'gen_random_uuid()'
                    when type.typname in ('json', 'jsonb') then '''{}'''
                    when type.typcategory = 'D' then 'now() + number * interval ''1 min'''
                    when type.typcategory = 'T' then 'number * interval ''1 min'''
                    when type.typcategory = 'B' then 'true'
                    when type.typname = 'bytea' then 'decode(md5(number::text), ''hex'')'
                    when type.typcategory = 'I' then '''127.0.0.1'''
                    when type.typcategory = 'A' then '''{}'''
                    when type.typcategory = 'R' then '''empty'''
                    else 'null'
                end,
                format_type(needed.atttypid, needed.atttypmod)
            )
        ) as expression
    from needed
    inner join pg_catalog.pg_type as type on needed.base_type = type.oid
    left join referring
        on needed.attrelid = referring.attrelid and needed.attnum = referring.attnum
    left join listed
        on needed.attrelid = listed.attrelid and needed.attnum = listed.attnum
)

select
    format('%I.%I', namespace.nspname, class.relname) as table_name,
    case
        when count(columns.attname) = 0
            then format(
                'insert into %I.%I default values', namespace.nspname, class.relname
            )
        else format(
            'insert into %I.%I (%s) select %s from generate_series(1, <rows>) as number',
            namespace.nspname, class.relname,
            string_agg(format('%I', columns.attname), ', ' order by columns.attnum),
            string_agg(columns.expression, ', ' order by columns.attnum)
        )
    end as statement
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
left join columns on class.oid = columns.attrelid
where
    class.relkind in ('r', 'p')
    and not class.relispartition
    and namespace.nspname !~ '^pg_'
    and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend as member
        where
            member.classid = 'pg_catalog.pg_class'::regclass
            and member.objid = class.oid and member.deptype = 'e'
    )
group by namespace.nspname, class.relname
order by namespace.nspname, class.relname;
