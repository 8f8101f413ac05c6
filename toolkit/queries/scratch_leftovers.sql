-- Scratch databases of runs that have died: nobody holds the lock that a run has on its own.
-- Those of this database, and of databases that are gone; a run beside another sees to its own.
-- comment: of each, before the name of its database; without one, the run died before it was
-- written. class: of the locks.
with scratch as (
    select
        database.datname,
        coalesce(
            shobj_description(database.oid, 'pg_database'), %(comment)s || current_database()
        ) as comment
    from pg_catalog.pg_database as database
    where
        database.datname ~ '^mdt_(scratch|ci)_[0-9a-f]{16}$'
        and pg_has_role(database.datdba, 'member')
)

select scratch.datname
from scratch
where
    starts_with(scratch.comment, %(comment)s)
    and not exists (
        select from pg_catalog.pg_database as other
        where
            scratch.comment = %(comment)s || other.datname
            and other.datname <> current_database()
    )
    and not exists (
        select from pg_catalog.pg_locks as held
        where
            held.locktype = 'advisory' and held.classid = %(class)s
            and held.objid = hashtext(scratch.datname)::bigint & 4294967295
    );
