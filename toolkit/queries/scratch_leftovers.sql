-- Scratch databases of runs that have died: nobody holds the lock that a run has on its own.
-- comment: on each of them; without one, the run died in between. class: of the locks.
select database.datname
from pg_catalog.pg_database as database
where
    database.datname ~ '^mdt_scratch_[0-9a-f]{16}$'
    and pg_has_role(database.datdba, 'member')
    and coalesce(shobj_description(database.oid, 'pg_database'), %(comment)s) = %(comment)s
    and not exists (
        select from pg_catalog.pg_locks as held
        where
            held.locktype = 'advisory' and held.classid = %(class)s
            and held.objid = hashtext(database.datname)::bigint & 4294967295
    );
