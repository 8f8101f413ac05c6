"""What plpgsql_check says of the function bodies in a database."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import namedtuple_row

# Each of our functions in PL/pgSQL, a trigger function once for each relation that it serves.
EVERY_FUNCTION = """
select
    function.oid,
    function.oid::regprocedure::text as name,
    function.prorettype = 'trigger'::regtype as is_trigger,
    coalesce(trigger.tgrelid, 0) as relation,
    trigger.tgoldtable as old_table,
    trigger.tgnewtable as new_table
from pg_proc as function
inner join pg_language as language on function.prolang = language.oid
left join pg_trigger as trigger
    on function.oid = trigger.tgfoid and trigger.tgparentid = 0
where language.lanname = 'plpgsql' and function.pronamespace = any(%s::text[]::regnamespace[])
order by name
"""
# "cannot to determine result of dynamic SQL" is said of what the extension did not look at.
COMPLAINTS = """
select level, lineno, message, detail, statement
from plpgsql_check_function_tb(
    %s::regprocedure, relid => %s::regclass, oldtable => %s, newtable => %s,
    fatal_errors => false, other_warnings => true, extra_warnings => true
)
where detail is distinct from 'cannot to determine result of dynamic SQL'
"""

# What our functions use of pg_cron, which lives in one database of the server only. Newer versions
# of plpgsql_check read dynamic SQL too, where it is made of constants.
STAND_IN_FOR_PG_CRON = """
create schema cron;
create table cron.job (
    jobid bigint, schedule text, command text, nodename text, nodeport integer, database text,
    username text, active boolean, jobname text
);
create table cron.job_run_details (
    jobid bigint, runid bigint, job_pid integer, database text, username text, command text,
    status text, return_message text, start_time timestamptz, end_time timestamptz
);
create function cron.schedule(job_name text, schedule text, command text) returns bigint
return 1;
create function cron.unschedule(job_id bigint) returns boolean return true;
"""


def complaints(connection: psycopg.Connection, schemas: list[str]) -> Iterator[str]:
    """Yield what plpgsql_check says of every function of our schemas."""
    cursor = connection.cursor(row_factory=namedtuple_row)
    functions = cursor.execute(EVERY_FUNCTION, [schemas]).fetchall()
    assert len(functions) > 20
    for function in functions:
        if function.is_trigger and not function.relation:
            yield f"{function.name}: no trigger calls it"
            continue
        asked = [function.oid, function.relation, function.old_table, function.new_table]
        for found in cursor.execute(COMPLAINTS, asked).fetchall():
            line = f"line {found.lineno}, {found.statement}" if found.lineno else "all of it"
            yield f"{function.name}: {line}: {found.message} ({found.level})"


def add_plpgsql_check(connection: psycopg.Connection) -> None:
    known = "select from pg_available_extensions where name = 'plpgsql_check'"
    if connection.execute(known).fetchone() is None:
        pytest.skip("the extension plpgsql_check is not available on this server")
    connection.execute("create extension plpgsql_check")
    if connection.execute("select to_regnamespace('cron')").fetchone() == (None,):
        connection.execute(STAND_IN_FOR_PG_CRON)
