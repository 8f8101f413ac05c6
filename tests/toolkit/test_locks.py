"""Waiting for locks: how long, how often, for whom; and who is told."""

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from toolkit import blockers, locks
from toolkit import db as connections
from toolkit.errors import MISUSED, Failure
from toolkit.locks import Blocked, Limits, Locks

QUICK = '[locks]\nlock_timeout = "20ms"\npause = "10ms"\ntries = 5\n'


@pytest.fixture
def holder(empty_dsn) -> Iterator[psycopg.Connection]:
    """Connect as an application that is in the way."""
    with psycopg.connect(empty_dsn, application_name="deploy 7") as connection:
        yield connection


@pytest.fixture
def blocked(root, empty_dsn, holder) -> Callable[[], None]:
    """Prepare a migration and an object, and hold a lock that they need; return how to let go."""
    root.write("mdt.toml", QUICK)
    root.migration("0003_table", "create table core.t ();", "drop table core.t;")
    root.apply(empty_dsn)
    root.migration(
        "0004_column", "alter table core.t add column id int;", "alter table core.t drop id;"
    )
    root.sql("core/views/v", "create view core.v as select 1 as id;")
    holder.execute("lock table core.t in access share mode")
    return holder.rollback


# -- settings ---------------------------------------------------------------------------------


def test_limits_are_read_from_the_settings_of_a_project():
    given = {"lock_timeout": ["100ms", 0.5, "2 s"], "pause": "1min", "max_wait": "2h", "tries": 3}
    limits = Limits.read({"locks": given | {"statement_timeout": "20min"}})
    assert limits == Limits((0.1, 0.5, 2.0), (60.0,), 3, 7200.0, 1200.0)
    assert Limits.read({}) == Limits()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lock_timeouts": 1}, "does not exist: lock_timeouts"),
        ({"tries": 0}, "a whole number, 1 or more"),
        ({"tries": True}, "a whole number, 1 or more"),
        ({"pause": "soon"}, 'pause under [locks] in mdt.toml: "soon" makes no sense'),
        ({"max_wait": "-1s"}, "makes no sense"),
        ({"max_wait": False}, "makes no sense"),
        ({"lock_timeout": ["1s", 0]}, "a time above 0"),
        ("often", "does not exist: locks"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(given, words):
    with pytest.raises(Failure) as refused:
        Limits.read({"locks": given})
    assert words in f"{refused.value.message} {refused.value.detail}"
    assert refused.value.exit_code == MISUSED


def test_no_try_waits_as_long_as_the_server_takes_to_find_a_deadlock(empty_db):
    """Whoever has waited so long first is the one whose transaction ends."""
    found = connections.scalar(
        empty_db, "select extract(epoch from current_setting('deadlock_timeout')::interval)"
    )
    assert max(*Limits().lock_timeout, *locks.STEP.lock_timeout) < found


def test_a_max_wait_that_makes_no_sense_is_misuse(mdt, empty_dsn):
    result = mdt("apply", "--max-wait", "soon", dsn=empty_dsn)
    assert result.returncode == MISUSED
    assert "'soon' is not a time such as 500ms, 90s or 5min" in result.stderr


# -- tables -----------------------------------------------------------------------------------


def test_apply_tries_again_until_a_table_is_released(root, empty_dsn, holder, blocked):
    said = []

    def say(text: str) -> None:
        said.append(text)
        if "try 4" in text:
            blocked()

    with connections.connect(empty_dsn) as connection:
        done = root.migrator(connection, say).apply()
        assert connections.scalar(connection, "show lock_timeout") == "0"
    assert [migration.id for migration in done.migrations] == ["0004_column"]
    tries = [line for line in said if "; try " in line]
    assert [line.split("; try ")[1].split(" in ")[0] for line in tries] == [
        f"{number} of 5" for number in (2, 3, 4)
    ]
    assert f"a lock is held by process {holder.info.backend_pid} (deploy 7, role " in tries[-1]
    assert "idle in transaction" in tries[-1]
    assert "lock table core.t in access share mode" in tries[-1]
    assert any(line.startswith("applied 0004_column") for line in said)


@pytest.mark.parametrize("command", ["apply", "rollback"])
def test_a_table_that_is_never_released_ends_the_run_which_names_file_holder_and_remedy(
    root, empty_dsn, holder, blocked, mdt_there, command
):
    if command == "rollback":
        blocked()
        root.apply(empty_dsn)
        root.migration("0005_none", "select 1;", "alter table core.t drop id;")
        root.apply(empty_dsn)
        holder.execute("lock table core.t in access share mode")
    result = mdt_there("--project", root.folder, command, dsn=empty_dsn)
    assert result.returncode == 1
    message, detail, hint = result.stderr.splitlines()[-3:]
    assert message == "Error: a lock could not be had in 5 tries (55P03)"
    file = {"apply": "0004_column.sql", "rollback": "0005_none.rollback.sql"}[command]
    assert detail.startswith(f"This happened in migrations/{file}. It is held by process ")
    pid = holder.info.backend_pid
    assert f"process {pid} (deploy 7, role postgres, idle in transaction" in detail
    assert f"'select pg_terminate_backend({pid})'" in hint
    before = root.migrator(holder).ledger.applied_ids()
    holder.execute(f"select pg_terminate_backend({pid}) where false")
    blocked()
    result = mdt_there("--project", root.folder, command, dsn=empty_dsn)
    assert result.returncode == 0, result.stderr
    after = root.migrator(holder).ledger.applied_ids()
    assert abs(len(after) - len(before)) == 1


def test_all_waiting_together_is_not_longer_than_the_longest_wait(root, empty_dsn, blocked):
    root.write("mdt.toml", '[locks]\nlock_timeout = "20ms"\npause = "1h"\ntries = 1000\n')
    with connections.connect(empty_dsn) as connection:
        migrator = root.migrator(connection)
        with pytest.raises(Blocked, match="in 1 try"), migrator.lock(3):
            migrator.apply()
        assert migrator.locks.waited < 3


def test_only_locks_and_deadlocks_are_tried_again(empty_dsn):
    said = []
    errors = [psycopg.errors.DeadlockDetected(), psycopg.errors.LockNotAvailable()]

    def work() -> None:
        if errors:
            raise errors.pop()

    with connections.connect(empty_dsn) as connection:
        held = Locks(connection, Limits(pause=(0.01,)), said.append)
        held.transaction(work)
        assert len(said) == 2
        errors.append(psycopg.errors.UniqueViolation())
        with pytest.raises(psycopg.errors.UniqueViolation):
            held.transaction(work)
    assert len(said) == 2


def test_the_real_holder_is_named_and_not_the_waiter_between(empty_dsn, holder):
    """A statement that waits stands behind those that waited before it."""
    holder.execute("create table t ()")
    holder.commit()
    holder.execute("lock table t in access share mode")
    with (
        psycopg.connect(empty_dsn, application_name="between") as between,
        connections.connect(empty_dsn) as connection,
        psycopg.connect(empty_dsn, autocommit=True) as look,
    ):
        first = threading.Thread(target=between.execute, args=["lock table t"])
        first.start()
        wait_for_lock(look, between.info.backend_pid)
        held = Locks(connection, Limits(lock_timeout=(0.2,), tries=1))
        with pytest.raises(Blocked) as refused:
            held.transaction(lambda: connection.execute("select from t"))
        assert f"process {holder.info.backend_pid} (deploy 7" in refused.value.detail
        holder.rollback()
        first.join()


def wait_for_lock(look: psycopg.Connection, pid: int) -> None:
    for _ in range(3000):
        query = "select cardinality(pg_blocking_pids(%s)) > 0"
        if look.execute(query, [pid]).fetchone() == (True,):
            return
        time.sleep(0.01)
    pytest.fail("nobody waits")


def test_a_statement_that_may_wait_long_says_for_whom_while_it_waits(empty_dsn, holder):
    holder.execute("create table t ()")
    holder.commit()
    holder.execute("lock table t in access share mode")
    said = []

    def say(text: str) -> None:
        said.append(text)
        holder.rollback()

    with connections.connect(empty_dsn) as connection:
        held = Locks(connection, Limits(lock_timeout=(60,)), say)
        held.transaction(lambda: connection.execute("lock table t"))
    assert len(said) == 1
    assert said[0].startswith(f"waiting for process {holder.info.backend_pid} (deploy 7, ")


def test_a_role_that_may_not_see_others_still_learns_who_is_in_the_way(empty_dsn, holder):
    holder.execute("create table t (); create role lock_tester login")
    holder.execute("alter table t owner to lock_tester")
    holder.commit()
    holder.execute("lock table t in access share mode")
    try:
        with connections.connect(
            psycopg.conninfo.make_conninfo(empty_dsn, user="lock_tester")
        ) as connection:
            held = Locks(connection, Limits(lock_timeout=(0.2,), tries=1))
            with pytest.raises(Blocked) as refused:
                held.transaction(lambda: connection.execute("lock table t"))
        assert "deploy 7" in refused.value.detail
        assert "its query is hidden from this role" in refused.value.detail
    finally:
        holder.rollback()
        holder.execute("drop table t; drop role lock_tester")
        holder.commit()


def test_without_a_second_connection_the_oldest_transaction_is_named(empty_dsn, holder):
    holder.execute("create table t (); create role lone_tester login connection limit 1")
    holder.execute("alter table t owner to lone_tester")
    holder.commit()
    holder.execute("lock table t in access share mode")
    try:
        with connections.connect(
            psycopg.conninfo.make_conninfo(empty_dsn, user="lone_tester")
        ) as connection:
            held = Locks(connection, Limits(lock_timeout=(0.2,), tries=1))
            with pytest.raises(Blocked) as refused:
                held.transaction(lambda: connection.execute("lock table t"))
        assert refused.value.detail.startswith("It is held by somebody else")
        assert "'select pg_terminate" not in refused.value.hint
    finally:
        holder.rollback()
        holder.execute("drop table t; drop role lone_tester")
        holder.commit()


def test_a_watch_leaves_no_thread_and_no_connection_behind(empty_dsn, holder):
    with connections.connect(empty_dsn) as connection:
        held = Locks(connection)
        held.transaction(lambda: connection.execute("select pg_sleep(1)"))
        others = "select count(*) from pg_stat_activity where application_name = 'mdt watch'"
        for _ in range(1000):
            if connections.scalar(connection, others) == 0:
                break
            time.sleep(0.01)
        assert connections.scalar(connection, others) == 0
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if "_look_around" in name]


def test_a_session_is_described_in_one_line():
    session = blockers.Session(7, "", "app", "client backend", "active", 400, "select\n  1", None)
    assert str(session) == (
        "process 7 (no name, role app, active, transaction open for 7 min): select 1"
    )
    worker = blockers.Session(8, "", None, "autovacuum worker", "active", 1, "autovacuum", None)
    assert str(worker) == "process 8 (autovacuum worker)"
    prepared = blockers.Session(0, None, None, None, None, None, None, "order 5")
    assert str(prepared) == 'prepared transaction "order 5"'
    assert prepared.ending == "rollback prepared 'order 5'"
    long = blockers.Session(9, "a", "b", "client backend", None, None, "x" * 300, None)
    assert len(long.shortened_query) == blockers.QUERY_WIDTH


# -- statement_timeout ------------------------------------------------------------------------


@pytest.mark.parametrize("transactional", ["true", "false"])
def test_a_statement_is_stopped_at_the_time_limit_of_its_file(root, empty_dsn, transactional):
    root.migration(
        "0003_slow",
        "create table core.t ();\nselect pg_sleep(600);",
        "",
        f"-- transactional: {transactional}\n-- statement_timeout: 100ms\n",
    )
    with pytest.raises(Failure, match="canceling statement due to statement timeout"):
        root.apply(empty_dsn)
    with psycopg.connect(empty_dsn) as connection:
        stays = connection.execute("select to_regclass('core.t') is not null").fetchone()[0]
    assert stays is (transactional == "false")


def test_the_time_limit_of_the_settings_holds_where_the_file_has_none(root, empty_dsn):
    root.write("mdt.toml", '[locks]\nstatement_timeout = "200ms"\n')
    root.migration("0003_slow", "select pg_sleep(600);", "")
    with pytest.raises(Failure, match="canceling statement due to statement timeout"):
        root.apply(empty_dsn)
    root.write("migrations/0003_slow.sql", "-- statement_timeout: 0\nselect pg_sleep(0.3);")
    root.apply(empty_dsn)


def test_a_time_limit_that_makes_no_sense_is_refused(root, empty_dsn):
    root.migration("0003_slow", "select 1;", "", "-- statement_timeout: long\n")
    with pytest.raises(Failure, match=r'statement_timeout in migrations/0003_slow.sql: "long"'):
        root.apply(empty_dsn)


# -- the lock of a run ------------------------------------------------------------------------


def hold_migration_lock(connection: psycopg.Connection) -> None:
    query = "select pg_advisory_lock(%s, hashtext('system'))"
    connection.execute(query, [locks.LOCK_CLASS])


def test_a_holder_that_never_lets_go_is_named(root, empty_dsn, holder, mdt_there):
    hold_migration_lock(holder)
    result = mdt_there("apply", "--max-wait", "1", dsn=empty_dsn)
    assert result.returncode == 1
    message, detail, hint = result.stderr.splitlines()[-3:]
    assert message == "Error: another run holds the migration lock"
    assert f"process {holder.info.backend_pid} (deploy 7, role " in detail
    assert "--max-wait" in hint
    assert f"'select pg_terminate_backend({holder.info.backend_pid})'" in hint
    assert root.migrator(holder).ledger.applied_ids() == []


def test_the_same_lock_in_another_database_is_in_nobodys_way(root, empty_dsn, cluster):
    with (
        psycopg.connect(cluster.dsn("postgres")) as elsewhere,
        connections.connect(empty_dsn) as connection,
    ):
        hold_migration_lock(elsewhere)
        migrator = root.migrator(connection)
        assert locks.run_holder(migrator.connection, "system") is None
        with migrator.lock(0):
            pass


def test_who_waits_for_another_run_holds_no_snapshot(root, empty_dsn, holder):
    """Idle, and not idle in transaction: nothing that CREATE INDEX CONCURRENTLY would wait for."""
    hold_migration_lock(holder)
    holder.commit()
    seen, told = [], threading.Event()

    def wait() -> None:
        with connections.connect(empty_dsn, application="waiter") as connection:
            held = Locks(connection, Limits(), lambda _: told.set())
            with held.run("system"):
                pass

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert told.wait(30)
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute("create table t (id int)")
        query = "select state from pg_stat_activity where application_name = 'waiter'"
        for _ in range(50):
            seen.append(connection.execute(query).fetchone()[0])
            time.sleep(0.005)
        connection.execute("create index concurrently t_id_idx on t (id)")
        valid = "select indisvalid from pg_index where indexrelid = 't_id_idx'::regclass"
        assert connection.execute(valid).fetchone() == (True,)
    holder.execute("select pg_advisory_unlock_all()")
    waiter.join()
    assert set(seen) <= {"idle", "active"}
    assert "idle" in seen
