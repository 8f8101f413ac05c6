"""Deletion requests: done when due, one transaction each, whoever is killed or comes twice."""

import threading
import time

import psycopg
import pytest

DUE = "values (%s, %s, now() - interval '31 days', now() - interval '1 day')"


@pytest.fixture
def live(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def add_user(db, name, **values):
    [identity] = db.execute(
        "insert into auth.users (email, full_name) values (%s, %s) returning id",
        [f"{name}@example.com", f"{name} Longname"],
    ).fetchone()
    return identity


def request(db, user, kind="anonymize"):
    db.execute(
        f"insert into auth.deletion_requests (user_id, kind, requested_at, due_at) {DUE}",
        [user, kind],
    )


def process(db, limit=None):
    return db.execute("select auth.process_deletion_requests(%s)", [limit]).fetchone()[0]


def states(db):
    return dict(
        db.execute("select state, count(*) from auth.deletion_requests group by state").fetchall()
    )


def test_what_is_due_is_done_and_nothing_else(rolled_back):
    db = rolled_back
    anna, bert, cleo, dora = (add_user(db, name) for name in ("anna", "bert", "cleo", "dora"))
    request(db, anna)
    request(db, bert, "erase")
    request(db, cleo)
    db.execute("update auth.users set retained_until_date = current_date where id = %s", [cleo])
    [taken] = db.execute(
        "select auth.request_deletion(%s, 'erase', p_reason => 'spam to dora@example.com')", [dora]
    ).fetchone()
    assert db.execute("select auth.request_deletion(%s)", [dora]).fetchone() == (taken,)
    assert process(db) == 3
    assert process(db) == 0
    assert states(db) == {"done": 2, "refused": 1, "waiting": 1}
    found = db.execute(
        "select id, email, full_name, is_active, anonymized_at is not null from auth.users"
    ).fetchall()
    assert sorted(found, key=lambda row: row[1]) == [
        (cleo, "cleo@example.com", "cleo Longname", True, False),
        (dora, "dora@example.com", "dora Longname", True, False),
        (anna, f"erased-{anna}@erased.invalid", None, False, True),
    ]
    assert (
        db.execute("select outcome from auth.deletion_requests where state = 'refused'")
        .fetchone()[0]
        .startswith("the data have to be kept until ")
    )
    assert db.execute("select origin, mode from system.erasures order by mode").fetchall() == [
        ("request", "anonymize"),
        ("request", "erase"),
    ]


def test_the_functions_for_one_user(rolled_back):
    anna = add_user(rolled_back, "anna")
    [exported] = rolled_back.execute("select auth.gdpr_export_user(%s)", [anna]).fetchone()
    assert exported["tables"]["auth.users"][0]["email"] == "anna@example.com"
    for changed in (1, 0):
        done = rolled_back.execute("select auth.gdpr_anonymize_user(%s)", [anna]).fetchone()
        assert (done[0] > 0) == bool(changed)
    [exported] = rolled_back.execute("select auth.gdpr_export_user(%s)", [anna]).fetchone()
    assert "anna@" not in str(exported)


def test_one_that_fails_waits_and_does_not_stop_the_others(rolled_back):
    db = rolled_back
    db.execute(
        """
        create function auth.t() returns trigger language plpgsql as $f$
        begin raise 'no: %', old.email; end; $f$;
        create trigger t before update on auth.users for each row
        when (old.email = 'anna@example.com') execute function auth.t();
        """
    )
    for name in ("anna", "bert"):
        request(db, add_user(db, name))
    db.execute(
        "update auth.deletion_requests set due_at = requested_at where user_id ="
        " (select id from auth.users where email = 'anna@example.com')"
    )
    assert process(db, 1) == 0
    assert process(db, 1) == 1
    assert states(db) == {"waiting": 1, "done": 1}
    failed = db.execute("select outcome from auth.deletion_requests where state = 'waiting'")
    assert failed.fetchone() == ("failed: P0001",)
    assert db.execute("select details ->> 'error' from system.logs").fetchall() == [("P0001",)]
    db.execute("drop trigger t on auth.users")
    assert process(db) == 1


def test_two_at_once_do_each_request_once(live, dsn):
    users = [add_user(live, f"user{number}x") for number in range(4)]
    for user in users:
        request(live, user)
    done = []

    def work():
        with psycopg.connect(dsn, autocommit=True) as connection:
            while count := process(connection, 1):
                done.append(count)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) == 4
    assert states(live) == {"done": 4}
    assert live.execute("select count(*) from system.erasures").fetchone() == (4,)


def test_killed_in_the_middle_nothing_is_half_done(live, dsn):
    anna = add_user(live, "anna")
    request(live, anna)
    live.execute(
        "insert into system.logs (level, component, message)"
        " values ('info', 'test', 'mail to anna@example.com')"
    )
    with psycopg.connect(dsn) as blocker, psycopg.connect(dsn, autocommit=True) as worker:
        # The rows of the person are done before the log is looked through.
        blocker.execute("lock table system.logs in share row exclusive mode")
        errors = []

        def work():
            try:
                process(worker)
            except psycopg.Error as error:
                errors.append(error.sqlstate)

        thread = threading.Thread(target=work)
        thread.start()
        waiting = "select count(*) from pg_locks where pid = %s and not granted"
        deadline = time.monotonic() + 60
        while live.execute(waiting, [worker.info.backend_pid]).fetchone() == (0,):
            assert time.monotonic() < deadline
        live.execute("select pg_terminate_backend(%s)", [worker.info.backend_pid])
        thread.join(60)
    assert errors == ["57P01"]
    assert states(live) == {"waiting": 1}
    assert live.execute("select email from auth.users").fetchone() == ("anna@example.com",)
    assert live.execute("select count(*) from system.erasures").fetchone() == (0,)
    assert process(live) == 1
    assert live.execute("select message from system.logs").fetchall() == [("mail to [erased]",)]
