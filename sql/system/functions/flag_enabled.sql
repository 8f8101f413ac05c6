-- The hash of flag and subject decides, so that a subject keeps its answer while the
-- percentage grows, and two flags choose different subjects.
create or replace function system.flag_enabled(p_flag text, p_subject text default null)
returns boolean
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        (
            select
                flags.is_enabled
                and (
                    flags.rollout_percent = 100
                    or (
                        p_subject is not null
                        and mod(
                            hashtextextended(p_flag || ':' || p_subject, 0)
                            & 9223372036854775807, 100
                        ) < flags.rollout_percent
                    )
                )
            from system.feature_flags as flags
            where flags.flag = p_flag
        ),
        false
    );
$function$;

comment on function system.flag_enabled(text, text) is
'Tell whether a flag is on for a subject; an unknown flag is off. p_flag: its name.
p_subject: any text that stays the same for whoever asks; without it only a flag at
100 percent is on.';
