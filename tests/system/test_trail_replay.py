"""Whatever happens to a table, its trail rebuilds every state that was ever committed."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import threading

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

KEYS = st.integers(1, 6)
VALUES = st.one_of(st.none(), st.integers(0, 3))
STATEMENTS = st.one_of(
    st.tuples(
        st.just(
            "merge into t using (values (%s::int, %s::int)) as given (id, v) on t.id = given.id"
            " when matched then update set v = given.v"
            " when not matched then insert values (given.id, given.v, 'n')"
        ),
        KEYS,
        VALUES,
    ),
    st.tuples(st.just("update t set v = %s where id <= %s"), VALUES, KEYS),
    st.tuples(st.just("update t set v = v where id >= %s"), KEYS),
    st.tuples(st.just("update t set id = id + 6 where id = %s"), KEYS),
    st.tuples(st.just("update t set id = 13 - id where id >= %s"), KEYS),
    st.tuples(st.just("delete from t where id >= %s"), KEYS),
    st.tuples(st.just("truncate t")),
)
TRANSACTIONS = st.lists(
    st.tuples(st.lists(STATEMENTS, min_size=1, max_size=4), st.booleans()), max_size=6
)


def present(db):
    return [row[0] for row in db.execute("select to_jsonb(t) from t order by id")]


def past(db, moment):
    query = "select row from system.as_of('t', %s::timestamptz) as row order by (row ->> 'id')::int"
    return [row[0] for row in db.execute(query, [moment])]


def now(db):
    return db.execute("select clock_timestamp()::text").fetchone()[0]


def follow(db, identifier):
    """Require that the row after each change is the one before the next, and the last is here."""
    told = db.execute(
        "select old_row, new_row from system.history('t', %s)", [str(identifier)]
    ).fetchall()
    for (_, new), (old, _) in itertools.pairwise(told):
        assert new == old
    here = [row for row in present(db) if row["id"] == identifier]
    assert not told or told[-1][1] == (here[0] if here else None)


def test_every_past_state_is_rebuilt(live):
    live.execute(
        "create table t (id int, v int, n text, primary key (id) deferrable);"
        "select system.enable_audit('t')"
    )

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(TRANSACTIONS)
    def replay(transactions):
        live.execute("truncate t; insert into t values (1, 1, 'one'), (2, 2, 'two')")
        states = [(now(live), present(live))]
        for statements, is_kept in transactions:
            with (
                contextlib.suppress(psycopg.errors.UniqueViolation),
                live.transaction(force_rollback=not is_kept),
            ):
                for statement, *values in statements:
                    live.execute(statement, values)
            states.append((now(live), present(live)))
        for moment, rows in states:
            assert past(live, moment) == rows
        for identifier in range(1, 14):
            follow(live, identifier)

    replay()


def test_a_random_transaction_is_reverted_to_the_state_before_it(live):
    live.execute(
        "create table t (id int, v int, n text, primary key (id) deferrable);"
        "select system.enable_audit('t')"
    )

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(STATEMENTS.filter(lambda step: "set id" not in step[0]), max_size=5))
    def check(statements):
        live.execute("truncate t; insert into t values (1, 1, 'one'), (2, 2, 'two')")
        before = present(live)
        with live.transaction():
            for statement, *values in statements:
                live.execute(statement, values)
            [done] = live.execute("select txid_current()").fetchone()
        touched = "select count(*) from system.audit_log where transaction_id = %s"
        if live.execute(touched, [done]).fetchone() != (0,):
            live.execute("select system.revert(%s)", [done])
        assert present(live) == before

    check()


def test_writers_at_the_same_time_leave_one_order_of_changes(live, dsn):
    live.execute(
        "create table t (id int primary key, v int);"
        "insert into t select n, 0 from generate_series(1, 3) as n; select system.enable_audit('t')"
    )
    states = []

    def write(step):
        with psycopg.connect(dsn, autocommit=True) as writer:
            for number in range(40):
                writer.execute(
                    "update t set v = v + %s where id = %s", [step, 1 + (number + step) % 3]
                )

    writers = [threading.Thread(target=write, args=[step]) for step in (1, 2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        with live.transaction():
            live.execute("lock table t in share mode")
            states.append((now(live), present(live)))
    for writer in writers:
        writer.join()
    for moment, rows in states:
        assert past(live, moment) == rows
    for identifier in (1, 2, 3):
        follow(live, identifier)
    changes = "select count(*) from system.audit_log where name = 'public_t'"
    assert live.execute(changes).fetchone() == (80,)


def test_a_killed_writer_leaves_neither_a_change_nor_a_record_of_it(live, dsn):
    live.execute(
        "create table t (id int primary key, v int); insert into t values (1, 0), (2, 0);"
        "select system.enable_audit('t')"
    )
    script = (
        "import sys, psycopg, time; c = psycopg.connect(sys.argv[1])\n"
        "c.execute('update t set v = 1 where id = 1'); c.commit()\n"
        "c.execute('update t set v = 2'); print('ready', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, dsn], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        os.kill(writer.pid, signal.SIGKILL)
    with live.transaction():
        live.execute("lock table t")  # waits until the server has noticed
    assert present(live) == [{"id": 1, "v": 1}, {"id": 2, "v": 0}]
    told = "select old_row ->> 'v', new_row ->> 'v' from system.history('t', %s)"
    assert live.execute(told, ["1"]).fetchall() == [("0", "1")]
    assert live.execute(told, ["2"]).fetchall() == []
