-- Called by the files in sql/<schema>/privacy, and by hand for tables of a legacy
-- schema.
create or replace function system.classify_table(
    p_table regclass,
    p_plain text[] default '{}',
    p_subject text[] default '{}',
    p_mention text[] default '{}',
    p_identifier text[] default '{}',
    p_attribute text[] default '{}',
    p_secret text[] default '{}',
    p_free text[] default '{}',
    p_trace text[] default '{}',
    p_kept text[] default '{}',
    p_mark text[] default '{}',
    p_replacements jsonb default '{}',
    p_rows_kept text default 'always',
    p_legal_basis text default null,
    p_subject_kind text default null
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_twice text;
begin
    -- What was classified and dropped since would keep the name of its kind taken.
    delete from system.classified_tables as known
    where
        known.relation = p_table
        or not exists (select from pg_catalog.pg_class where oid = known.relation);
    insert into system.classified_tables (
        relation, subject_kind, rows_kept, legal_basis
    )
    values (p_table, p_subject_kind, p_rows_kept, p_legal_basis);
    with given as (
        select listed.class, unnest(listed.names) as name
        from (values
            ('plain', p_plain), ('subject', p_subject), ('mention', p_mention),
            ('identifier', p_identifier), ('attribute', p_attribute),
            ('secret', p_secret), ('free', p_free), ('trace', p_trace),
            ('kept', p_kept), ('mark', p_mark)
        ) as listed (class, names)
    ),

    added as (
        insert into system.classified_columns (
            relation, column_name, class, replacement
        )
        select p_table, given.name, given.class, p_replacements ->> given.name
        from given
        on conflict on constraint classified_columns_pkey do nothing
        returning column_name
    )

    select min(given.name) into v_twice
    from given
    having count(*) > (select count(*) from added);
    if v_twice is not null then
        raise exception '% has a column in two classes', p_table
            using errcode = '22023', hint = 'Name each column once.';
    end if;
end;
$function$;

comment on function system.classify_table(
    regclass, text[], text[], text[], text[], text[], text[], text[], text[], text[],
    text[], jsonb, text, text, text
) is
'Say of every column of a table what it tells of a person; what was said before is
replaced. p_plain to p_mark: names of columns by class, as in
system.classified_columns. p_replacements: JSON object from columns to the SQL
expression that takes the place of an erased value. p_rows_kept: never, until_erased
or always. p_legal_basis: why something is kept. p_subject_kind: what a row is called,
if each is a person itself. Errors: 22023 for a column in two classes.';
