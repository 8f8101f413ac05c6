"""What goes wrong while apply is at work: rivals, kills, locks; the next run completes it."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import psycopg
import pytest

from toolkit import db as connections
from toolkit.errors import NO_CONNECTION, Failure
from toolkit.project import files_root

STEPS = 20


def fill(root) -> None:
    """Give a root twenty migrations, some slow, some without a transaction, and objects."""
    root.migration(
        "0003_steps", "create table core.steps (step int not null);", "drop table core.steps;"
    )
    for step in range(4, 4 + STEPS):
        table, slow = f"core.t{step}", "select pg_sleep(0.05);" if step % 3 else ""
        if step % 5 == 0:
            root.migration(
                f"{step:04}_index",
                f"create index concurrently if not exists t{step}_idx"
                f" on core.steps (step);\n{slow}",
                f"drop index concurrently if exists core.t{step}_idx;",
                "-- transactional: false\n",
            )
            continue
        root.migration(
            f"{step:04}_table",
            f"insert into core.steps values ({step});\n{slow}\n"
            f"create table {table} (id int);\n{slow}\ncomment on table {table} is '{step}';",
            f"drop table {table}; delete from core.steps where step = {step};",
        )
    root.sql("core/views/steps_done", "create view core.steps_done as select step from core.steps;")
    root.sql(
        "core/functions/done",
        "create function core.done() returns bigint language sql"
        " as $f$ select count(*) from core.steps_done $f$;",
    )


@contextlib.contextmanager
def applying(root, dsn: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run `mdt apply` with the files of a root; it is gone afterwards, whatever happens."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MDT_", "PG"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "apply", *options],
        cwd=root.folder,
        env=variables | {"MDT_DSN": dsn, "PYTHONPATH": str(root.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], beginning: str) -> str:
    """Return what a process says on stderr, up to the line that begins so or to its end."""
    said = ""
    while line := process.stderr.readline():
        said += line
        if line.startswith(beginning):
            break
    return said


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("waited 30 s in vain")


def has_free_lock(connection: psycopg.Connection) -> bool:
    query = (
        "select count(*) from pg_locks where locktype = 'advisory' and database ="
        " (select oid from pg_database where datname = current_database())"
    )
    return connection.execute(query).fetchone() == (0,)


def content(dsn: str) -> tuple[list[int], list[str], list[str]]:
    """Return the steps done, and the migrations in yoyo's ledger and in ours."""
    with psycopg.connect(dsn) as connection:
        queries = (
            "select step from core.steps order by step",
            "select migration_id from system._yoyo_migration order by 1",
            "select migration_id from system.applied_migrations order by 1",
        )
        return tuple([row[0] for row in connection.execute(query)] for query in queries)


@pytest.fixture
def undisturbed(root, empty_dsn, dump) -> Iterator[tuple[str, object]]:
    """Fill the root; return the dump and the content of a database that nothing happened to."""
    fill(root)
    root.apply(empty_dsn)
    expected = dump(empty_dsn), content(empty_dsn)
    with connections.connect(empty_dsn) as connection:
        root.migrator(connection).rollback(None)
        connection.execute("drop schema partman cascade")
    return expected


# -- rivals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rivals", [2, 10])
def test_of_runs_that_begin_together_one_applies_and_the_others_find_nothing_to_do(
    root, empty_dsn, rivals
):
    fill(root)
    with contextlib.ExitStack() as stack:
        runs = [stack.enter_context(applying(root, empty_dsn)) for _ in range(rivals)]
        ends = [(*run.communicate(timeout=120), run.returncode) for run in runs]
    assert [code for _, _, code in ends] == [0] * rivals, ends
    assert sorted(out for out, _, _ in ends) == [
        f"applied {STEPS + 3} migrations and 2 objects\n",
        *["nothing to do\n"] * (rivals - 1),
    ]


def test_a_run_that_begins_in_the_midst_of_the_first_waits_for_it(root, empty_dsn):
    fill(root)
    with applying(root, empty_dsn) as first:
        read_until(first, "applied 0001_")
        with applying(root, empty_dsn) as second:
            waiting = read_until(second, "waiting for ")
            os.kill(first.pid, signal.SIGKILL)
            out, said = second.communicate(timeout=120)
    assert f"process {backend_in(waiting)} (mdt, role " in waiting
    assert second.returncode == 0, said
    assert out.startswith("applied ")
    assert content(empty_dsn)[1] == content(empty_dsn)[2]


def backend_in(waiting: str) -> int:
    return int(waiting.split("process ")[1].split()[0])


def test_two_runs_of_the_whole_repository_do_not_meet(mdt, empty_dsn):
    everything = SimpleNamespace(folder=files_root())
    with applying(everything, empty_dsn) as one, applying(everything, empty_dsn) as other:
        ends = [run.communicate(timeout=300) for run in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0), ends
    assert sum(out == "nothing to do\n" for out, _ in ends) == 1
    assert mdt("verify", dsn=empty_dsn).returncode == 0


# -- kills ------------------------------------------------------------------------------------


def kill_process(process: subprocess.Popen[str], dsn: str) -> None:
    del dsn
    process.kill()
    process.wait()


def terminate_backend(process: subprocess.Popen[str], dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'mdt' and datname = current_database()"
        )
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    # It may have done its work a moment before.
    assert process.returncode in (0, NO_CONNECTION)


@pytest.mark.parametrize("stop", [kill_process, terminate_backend])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_that_is_killed_again_and_again_is_completed_by_the_next(
    root, empty_dsn, dump, undisturbed, stop, seed
):
    chance = random.Random(seed)
    for first in sorted(chance.sample(range(1, 3 + STEPS), 5)):
        with applying(root, empty_dsn) as process:
            read_until(process, f"applied {first:04}_")
            time.sleep(chance.uniform(0, 0.08))
            stop(process, empty_dsn)
    with applying(root, empty_dsn) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert (dump(empty_dsn), content(empty_dsn)) == undisturbed
    with psycopg.connect(empty_dsn) as connection:
        assert has_free_lock(connection)


def test_the_lock_of_a_killed_run_is_free_long_before_its_statement_would_end(root, empty_dsn):
    root.migration("0003_slow", "select pg_sleep(600);", "")
    sleeping = (
        "select count(*) from pg_stat_activity where query like '%pg_sleep(600)%'"
        " and state = 'active' and datname = current_database() and pid <> pg_backend_pid()"
    )
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        with applying(root, empty_dsn) as process:
            wait_until(lambda: connection.execute(sleeping).fetchone() == (1,))
            assert not has_free_lock(connection)
            process.kill()
        wait_until(lambda: has_free_lock(connection))


def test_a_run_that_was_killed_after_its_first_migration_is_still_ours(root, empty_dsn, mdt_there):
    with connections.connect(empty_dsn) as connection:
        migrator = root.migrator(connection)
        migrator._apply_one(migrator.plan().migrations[0])
    assert mdt_there("plan", dsn=empty_dsn).stdout == (
        "apply   migrations/0002_create_system_tables.sql\n"
    )
    assert mdt_there("apply", dsn=empty_dsn).returncode == 0
    with psycopg.connect(empty_dsn) as connection:
        recorded = "select array_agg(migration_id order by 1) from system.applied_migrations"
        assert connection.execute(recorded).fetchone()[0] == [
            "0001_create_schemas",
            "0002_create_system_tables",
        ]


# -- connections ----------------------------------------------------------------------------


def test_a_lost_connection_is_reported_as_such_and_keeps_nothing_half_done(root, empty_dsn):
    root.migration(
        "0003_suicide",
        "create table core.t ();\nselect pg_terminate_backend(pg_backend_pid());",
        "",
    )
    with pytest.raises(psycopg.OperationalError) as lost:
        root.apply(empty_dsn)
    failure = connections.translate(lost.value)
    assert isinstance(failure, Failure)
    assert (failure.message, failure.exit_code) == ("the connection was lost", NO_CONNECTION)
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("select to_regclass('core.t')").fetchone() == (None,)
