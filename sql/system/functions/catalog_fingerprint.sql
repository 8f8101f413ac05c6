create or replace function system.catalog_fingerprint()
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        encode(
            sha256(
                convert_to(
                    coalesce(
                        string_agg(
                            concat_ws(
                                ' ', known.kind, known.identity, known.facts_sha256
                            ),
                            E'\n'
                            order by known.kind collate "C", known.identity collate "C"
                        ),
                        ''
                    ),
                    'UTF8'
                )
            ),
            'hex'
        )
    from system.catalog_objects as known
    where known.facts is not null;
$function$;

comment on function system.catalog_fingerprint() is
'Return one hash over all objects of the catalog as the last run left it: equal where
kind, name and facts of all are equal.';
