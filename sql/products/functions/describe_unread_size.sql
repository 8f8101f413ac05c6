create or replace function products.describe_unread_size(
    p_label text,
    p_is_number boolean,
    p_region text
)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when p_label is null then 'it is empty'
            when p_is_number and p_region is null
                then 'its region is not said, and several have this number'
            when p_is_number then format('region "%s" is not known', p_region)
            when products.normalize_clothing_size(p_label) is not null
                then 'it is a clothing size, on no scale of shoes'
            when p_label ~ '^[0-9][0-9.]* ?- ?[0-9][0-9.]*$' then 'it is a range'
            else 'it cannot be read as a size'
        end;
$function$;

comment on function products.describe_unread_size(text, boolean, text) is
'Return why a label is on no scale of shoe sizes. p_label: as products.parse_size()
returns it. p_is_number: whether it is the number of a shoe size. p_region: as it was
given. Part of products.parse_size().';
