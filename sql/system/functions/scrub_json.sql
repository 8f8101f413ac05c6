-- Two keys of an object that would become equal are numbered, so that nothing is lost.
create or replace function system.scrub_json(p_document jsonb, p_pattern text)
returns jsonb
language plpgsql immutable strict
set search_path = pg_catalog, pg_temp
as $function$
begin
    return case jsonb_typeof(p_document)
        when 'object' then (
            select coalesce(
                jsonb_object_agg(
                    case
                        when members.key <> members.old_key and members.number > 1
                            then members.key || ' ' || members.number
                        else members.key
                    end,
                    system.scrub_json(members.value, p_pattern)
                ),
                '{}'
            )
            from (
                select
                    scrubbed.key,
                    member.key as old_key,
                    member.value,
                    row_number() over (
                        partition by scrubbed.key
                        order by scrubbed.key <> member.key, member.key
                    ) as number
                from jsonb_each(p_document) as member
                cross join lateral system.scrub_text(member.key, p_pattern)
                    as scrubbed (key)
            ) as members
        )
        when 'array' then (
            select coalesce(
                jsonb_agg(
                    system.scrub_json(element.value, p_pattern) order by element.number
                ),
                '[]'
            )
            from jsonb_array_elements(p_document) with ordinality
                as element (value, number)
        )
        when 'string'
            then to_jsonb(system.scrub_text(p_document #>> '{}', p_pattern))
        when 'number' then
            case
                when p_document::text ~* p_pattern then to_jsonb('[erased]'::text)
                else p_document
            end
        else p_document
    end;
end;
$function$;

comment on function system.scrub_json(jsonb, text) is
'Return a JSON document with "[erased]" in place of what a pattern of
system.mention_pattern() finds in its strings, keys and numbers. Null for null.';
