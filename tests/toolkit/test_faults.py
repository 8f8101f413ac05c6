"""What goes wrong while apply is at work: rivals, kills, locks; the next run completes it."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from toolkit import db as connections
from toolkit import locks
from toolkit.errors import INTERRUPTED, NO_CONNECTION, Failure
from toolkit.project import files_root

STEPS = 30
OUTSIDE = "-- transactional: false\n"


def fill(root, steps: int = STEPS) -> None:
    """Give a root migrations of every kind, in turn, and objects on top of them.

    Each writes its number once into core.steps; done twice or not at all would show there.
    """
    root.migration(
        "0003_steps",
        "create table core.steps (step int not null);"
        "create table core.p (id int) partition by range (id);",
        "drop table core.p; drop table core.steps;",
    )
    kinds = (table, index, column, again, detach)
    for step in range(5, 5 + steps):
        kinds[step % 5](root, step)
    root.sql("core/views/steps_done", "create view core.steps_done as select step from core.steps;")
    root.sql(
        "core/functions/done",
        "create function core.done() returns bigint language sql"
        " as $f$ select count(*) from core.steps_done $f$;",
    )


def table(root, step: int) -> None:
    root.migration(
        f"{step:04}_table",
        f"insert into core.steps values ({step});\nselect pg_sleep(0.02);\n"
        f"create table core.t{step} (id int);\n"
        f"create table core.p{step} partition of core.p for values from ({step}) to ({step + 1});",
        f"drop table core.p{step}; drop table core.t{step};"
        f"delete from core.steps where step = {step};",
    )


def index(root, step: int) -> None:
    root.migration(
        f"{step:04}_index",
        f"create index concurrently t{step}_a_idx on core.steps (step);\n"
        f"insert into core.steps values ({step});\n"
        f"create index concurrently t{step}_b_idx on core.steps (step desc) where step > {step};",
        f"drop index concurrently core.t{step}_a_idx;\n"
        f"drop index concurrently core.t{step}_b_idx;\n"
        f"delete from core.steps where step = {step};",
        OUTSIDE,
    )


def column(root, step: int) -> None:
    root.migration(
        f"{step:04}_column",
        f"alter table core.t{step - 2} add column note text;\nselect pg_sleep(0.02);\n"
        f"insert into core.steps values ({step});",
        f"alter table core.t{step - 2} drop column note; delete from core.steps where step={step};",
    )


def again(root, step: int) -> None:
    root.migration(
        f"{step:04}_again",
        f"reindex index concurrently core.t{step - 2}_a_idx;\n"
        f"insert into core.steps values ({step});\nvacuum core.t{step - 3};\n"
        f"drop index concurrently core.t{step - 2}_b_idx;",
        f"create index concurrently t{step - 2}_b_idx on core.steps (step desc)"
        f" where step > {step - 2};\ndelete from core.steps where step = {step};",
        OUTSIDE,
    )


def detach(root, step: int) -> None:
    child = f"core.p{step - 4}"
    root.migration(
        f"{step:04}_detach",
        f"insert into core.steps values ({step});\n"
        f"alter table core.p detach partition {child} concurrently;\n"
        f"do $$ begin perform pg_sleep(0.01); commit; insert into core.t{step - 4} select {step}"
        f" where not exists (select from core.t{step - 4}); commit; end $$;",
        f"alter table core.p attach partition {child}"
        f" for values from ({step - 4}) to ({step - 3});\n"
        f"delete from core.steps where step = {step};",
        OUTSIDE,
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


def content(dsn: str) -> tuple[list[object], ...]:
    """Return the steps done, the migrations in yoyo's ledger, in ours, half done, the catalog."""
    with psycopg.connect(dsn) as connection:
        queries = (
            "select step from core.steps order by step",
            "select migration_id from system._yoyo_migration order by 1",
            "select migration_id from system.applied_migrations order by 1",
            "select migration_id from system.migration_progress order by 1",
            "select fingerprint from system.catalog_fingerprints"
            " order by recorded_at desc, id desc limit 1",
        )
        return tuple([row[0] for row in connection.execute(query)] for query in queries)


@pytest.fixture
def undisturbed(root, empty_dsn, dump) -> Callable[..., tuple[str, object]]:
    """Return what fills the root, and says how a database is that nothing happened to."""

    def run(steps: int = STEPS) -> tuple[str, object]:
        root.describe_catalog()
        fill(root, steps)
        root.apply(empty_dsn)
        expected = dump(empty_dsn), content(empty_dsn)
        assert expected[1][0] == list(range(5, 5 + steps))
        assert len(expected[1][-1]) == 1
        begin_anew(root, empty_dsn)
        return expected

    return run


def begin_anew(root, dsn: str) -> None:
    """Take everything back."""
    with connections.connect(dsn) as connection:
        root.migrator(connection).rollback(None)
        connection.execute("drop schema partman cascade")


# -- rivals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rivals", [2, 10, pytest.param(20, marks=pytest.mark.faults)])
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


def complete(root, dsn: str) -> None:
    """Run apply to its end, which has to be a good one."""
    with applying(root, dsn) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    with psycopg.connect(dsn) as connection:
        assert has_free_lock(connection)


@pytest.mark.parametrize("stop", [kill_process, terminate_backend])
def test_a_run_that_is_killed_again_and_again_is_completed_by_the_next(
    root, empty_dsn, dump, undisturbed, stop
):
    expected = undisturbed(10)
    chance = random.Random(1)
    for first in sorted(chance.sample(range(5, 15), 4)):
        with applying(root, empty_dsn) as process:
            read_until(process, f"applied {first:04}_")
            time.sleep(chance.uniform(0, 0.08))
            stop(process, empty_dsn)
    complete(root, empty_dsn)
    assert (dump(empty_dsn), content(empty_dsn)) == expected


@pytest.mark.faults
@pytest.mark.parametrize("stop", [kill_process, terminate_backend])
def test_a_run_that_is_killed_at_each_of_thirty_migrations_is_completed_by_the_next(
    root, empty_dsn, dump, undisturbed, stop
):
    expected = undisturbed(30)
    chance = random.Random(2)
    for number in (1, 2, 3, *range(5, 35)):
        with applying(root, empty_dsn) as process:
            read_until(process, f"applied {number:04}_")
            time.sleep(chance.uniform(0, 0.06))
            stop(process, empty_dsn)
    complete(root, empty_dsn)
    assert (dump(empty_dsn), content(empty_dsn)) == expected


@pytest.mark.faults
def test_a_run_that_is_killed_at_a_hundred_random_moments_is_completed_by_the_next(
    root, empty_dsn, dump, undisturbed
):
    expected = undisturbed(30)
    chance = random.Random(3)
    kills = 0
    while kills < 100:
        with applying(root, empty_dsn) as process:
            # From the start of Python to the last of the objects.
            time.sleep(chance.uniform(0.1, 1.5))
            is_over = process.poll() is not None
            chance.choice([kill_process, terminate_backend])(process, empty_dsn)
        kills += not is_over
        if is_over:
            complete(root, empty_dsn)
            assert (dump(empty_dsn), content(empty_dsn)) == expected
            begin_anew(root, empty_dsn)
    complete(root, empty_dsn)
    assert (dump(empty_dsn), content(empty_dsn)) == expected


# So many queries begin every run alike; to be cut at them once is enough.
BEFORE_THE_FIRST_STATEMENT = 16


@pytest.mark.parametrize(
    ("steps", "stride"),
    [(5, 6), pytest.param(10, 1, marks=pytest.mark.faults, id="every statement")],
)
@pytest.mark.parametrize("is_answered", [False, True], ids=["before it", "before its answer"])
def test_a_connection_that_is_cut_at_each_statement_in_turn_leaves_nothing_that_stays(
    root, empty_dsn, proxy, dump, undisturbed, steps, stride, is_answered
):
    """One statement of the run after the other is the last that the server gets, or answers."""
    expected = undisturbed(steps)
    at, before = 1, None
    while True:
        proxy.arm(at, is_answered)
        try:
            with connections.connect(proxy.dsn) as connection:
                migrator = root.migrator(connection)
                with migrator.lock():
                    migrator.apply()
            break
        except (psycopg.Error, Failure) as error:
            cause = error.__cause__ if isinstance(error, Failure) else error
            assert isinstance(cause, psycopg.Error), error
            assert connections.is_lost(cause), error
        now = progress(empty_dsn)
        if before is not None and now != before:
            at = BEFORE_THE_FIRST_STATEMENT
        before = now
        at += stride
    assert (dump(empty_dsn), content(empty_dsn)) == expected


def progress(dsn: str) -> list[object]:
    """Return what is applied and what is begun, once the last run has let go of the database."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        wait_until(lambda: has_free_lock(connection))
        found: list[object] = []
        for table, columns in (
            ("_yoyo_migration", "migration_id"),
            ("migration_progress", "(migration_id, statement_number, finished_at is null)::text"),
            ("applied_objects", "path"),
        ):
            exists = connection.execute("select to_regclass(%s)", [f"system.{table}"]).fetchone()
            if exists != (None,):
                query = f"select {columns} from system.{table} order by 1"
                found += connection.execute(query).fetchall()
        return found


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


# -- connections, disks, and Ctrl-C -----------------------------------------------------------


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


@pytest.fixture
def small_disk(cluster, tmp_path_factory) -> Iterator[str]:
    """Mount a disk of 24 MB; return the name of a tablespace on it."""
    folder = cluster.home / "small_disk"
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
        try:
            (data,) = connection.execute("show data_directory").fetchone()
            owner = Path(data).stat()
            os.chown(folder, owner.st_uid, owner.st_gid)
            connection.execute(f"create tablespace small_disk location '{folder}'")
            yield "small_disk"
        finally:
            connection.execute("drop tablespace if exists small_disk")
            subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("header", ["", OUTSIDE], ids=["transactional", "statement by statement"])
def test_a_full_disk_leaves_nothing_half_done_and_the_next_run_completes(
    root, empty_dsn, small_disk, header, mdt_there
):
    root.migration("0003_table", "create table core.t as select generate_series(1, 400000) id;", "")
    root.apply(empty_dsn)
    statement = f"index {'concurrently ' if header else ''}t_id_idx on core.t (id)"
    root.migration(
        "0004_large",
        f"create table core.other ();\ncreate {statement} tablespace {small_disk};\n"
        f"create table core.large tablespace {small_disk} as"
        " select repeat('x', 500) from generate_series(1, 60000);",
        "",
        header,
    )
    try:
        result = mdt_there("apply", dsn=empty_dsn)
        assert result.returncode == 1
        assert "No space left on device" in result.stderr
        assert "Check free disk space." in result.stderr
        with psycopg.connect(empty_dsn, autocommit=True) as connection:
            invalid = "select count(*) from pg_index where not indisvalid"
            assert connection.execute(invalid).fetchone() == (0,)
            assert connection.execute("select to_regclass('core.large')").fetchone() == (None,)
            other = connection.execute("select to_regclass('core.other') is not null").fetchone()
            assert other == (bool(header),)
        subprocess.run(["mount", "-o", "remount,size=96m", disk_of(empty_dsn)], check=True)
        result = mdt_there("apply", dsn=empty_dsn)
        assert result.returncode == 0, result.stderr
    finally:
        with psycopg.connect(empty_dsn, autocommit=True) as connection:
            connection.execute("drop table if exists core.large; drop table if exists core.t")


def disk_of(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        query = "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'small_disk'"
        return connection.execute(query).fetchone()[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_run_that_cannot_say_what_it_did_has_done_it_or_not(root, empty_dsn, dump, undisturbed):
    expected = undisturbed(5)
    for stream in ("stdout", "stderr"):
        with Path("/dev/full").open("w") as full:
            result = subprocess.run(
                [sys.executable, "-m", "toolkit", "--dsn", empty_dsn, "apply"],
                cwd=root.folder,
                env=os.environ | {"PYTHONPATH": str(root.folder)},
                **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {stream: full},
                timeout=120,
                check=False,
            )
        assert result.returncode in (0, 1)
        assert b"Traceback" not in (result.stdout or b"") + (result.stderr or b"")
    complete(root, empty_dsn)
    assert (dump(empty_dsn), content(empty_dsn)) == expected


# What the server does when the key is pressed: what pg_stat_activity or pg_locks shows of it.
SITUATIONS = {
    "in a statement": "state = 'active' and query like '%pg_sleep(600)%'",
    "waiting for a lock": "wait_event_type = 'Lock' and application_name = 'mdt'",
    "in a pause": "true",
    "building an index": "wait_event_type = 'Lock' and query like 'create index concurrently%'",
    "waiting for another run": "application_name = 'mdt' and query like '%pg_locks as held%'",
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_ctrl_c_ends_a_run_at_once_and_the_next_one_completes_it(root, empty_dsn, situation):
    root.migration("0003_table", "create table core.t (id int);", "")
    root.apply(empty_dsn)
    root.write("mdt.toml", '[locks]\nlock_timeout = "100ms"\npause = "5min"\nmax_wait = "1h"\n')
    text, header = "alter table core.t add column done int;", ""
    if situation == "waiting for a lock":
        root.write("mdt.toml", '[locks]\nlock_timeout = "5min"\n')
    if situation == "in a statement":
        text = f"{text} select pg_sleep(600);"
    if situation == "building an index":
        text, header = "create index concurrently t_id_idx on core.t (id);", OUTSIDE
    root.migration("0004_work", text, "", header)
    with (
        psycopg.connect(empty_dsn) as holder,
        psycopg.connect(empty_dsn, autocommit=True) as look,
    ):
        if situation == "waiting for another run":
            holder.execute("select pg_advisory_lock(%s, hashtext('system'))", [locks.LOCK_CLASS])
        elif situation != "in a statement":
            holder.execute("insert into core.t values (1)")
        with applying(root, empty_dsn) as process:
            query = (
                "select count(*) > 0 from pg_stat_activity where datname = current_database()"
                f" and pid <> pg_backend_pid() and {SITUATIONS[situation]}"
            )
            if situation == "in a pause":
                read_until(process, "a lock is held by ")
            wait_until(lambda: look.execute(query).fetchone() == (True,))
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert process.returncode == INTERRUPTED, said
        assert said.splitlines()[-2] == "Error: interrupted"
        holder.rollback()
        holder.execute("select pg_advisory_unlock_all()")
        wait_until(lambda: has_free_lock(look))
        assert look.execute(
            "select count(*) from pg_attribute where attrelid = 'core.t'::regclass"
            " and attname = 'done'"
        ).fetchone() == (0,)
        if situation == "in a statement":
            root.write("migrations/0004_work.sql", text.replace("600", "0"))
        complete(root, empty_dsn)
        assert look.execute("select count(*) from pg_index where not indisvalid").fetchone() == (0,)
