"""Retention is proven by the rows that are gone, and those that are not."""

import psycopg
import pytest

VISITS = """
    create table public.visits (
        id int primary key, at timestamptz not null, who uuid references auth.users, note text,
        city text not null default 'Rome', is_open boolean not null default false
    );
    insert into public.visits (id, at, note)
    select n, now() - n * interval '1 day', 'note ' || n from generate_series(1, 10) as n;
    select system.classify_table(
        'public.visits', p_plain => '{id, at, is_open}', p_subject => '{who}',
        p_attribute => '{note, city}'
    );
    delete from system.retention_policies;
"""


@pytest.fixture
def visits(db):
    db.execute(VISITS)
    return db


def add_policy(db, action, table="public.visits", column="at", condition="true", batch=3):
    db.execute(
        "insert into system.retention_policies (name, relation, time_column, keep_for, action,"
        " condition, batch_rows, reason) values ('visits', %s, %s, '6 days', %s, %s, %s, 'test')",
        [table, column, action, condition, batch],
    )


def apply(db, limit=100000):
    [row] = db.execute(
        "select removed_rows, removed_partitions, left_rows, error"
        " from system.apply_retention('visits', %s)",
        [limit],
    ).fetchall()
    return row


def ids(db, table="public.visits"):
    return [row[0] for row in db.execute(f"select id from {table} order by id").fetchall()]


def test_rows_that_are_due_are_deleted_in_batches_and_counted(visits):
    add_policy(visits, "delete", condition="id <> 8")
    assert apply(visits, 2) == (2, 0, 1, None)
    assert apply(visits) == (1, 0, 0, None)
    assert apply(visits) == (0, 0, 0, None)
    assert ids(visits) == [1, 2, 3, 4, 5, 6, 8]
    runs = "select removed_rows, left_rows, finished_at >= started_at from system.retention_runs"
    assert visits.execute(runs).fetchall() == [(2, 1, True), (1, 0, True)]


def test_rows_that_are_due_are_anonymised_once(visits):
    add_policy(visits, "anonymize")
    assert apply(visits) == (4, 0, 0, None)
    assert apply(visits) == (0, 0, 0, None)
    assert visits.execute(
        "select count(*) from public.visits where note is null and city = 'erased' and id > 6"
    ).fetchone() == (4,)
    assert visits.execute("select count(*) from public.visits where note is null").fetchone() == (
        4,
    )


def test_rows_that_are_archived_are_still_found_by_an_erasure(visits):
    [user] = visits.execute(
        "insert into auth.users (email) values ('a@example.com') returning id"
    ).fetchone()
    visits.execute("update public.visits set who = %s where id = 9", [user])
    add_policy(visits, "archive")
    assert apply(visits) == (4, 0, 0, None)
    assert ids(visits) == [1, 2, 3, 4, 5, 6]
    assert ids(visits, "archive.public_visits") == [7, 8, 9, 10]
    visits.execute("insert into public.visits (id, at) values (11, '2020-01-01')")
    assert apply(visits) == (1, 0, 0, None)
    visits.execute("select system.forget_subject('user', %s)", [str(user)])
    assert visits.execute(
        "select id from archive.public_visits where note is null order by id"
    ).fetchall() == [(9,), (11,)]
    gaps = "select * from system.classification_gaps() where subject like 'archive%'"
    assert visits.execute(gaps).fetchall() == []


def test_partitions_all_of_whose_rows_are_due_are_dropped(visits):
    visits.execute(
        """
        create table public.marks (at timestamptz, id int, primary key (at, id))
        partition by range (at);
        create table public.marks_old partition of public.marks
        for values from ('2020-01-01') to ('2021-01-01');
        create table public.marks_older partition of public.marks
        for values from (minvalue) to ('2020-01-01');
        create table public.marks_new partition of public.marks
        for values from ('2021-01-01') to (maxvalue);
        insert into public.marks values ('2020-05-05', 1), ('2020-05-06', 2), ('2019-05-05', 3),
            ('2021-05-05', 4);
        """
    )
    add_policy(visits, "drop_partition", "public.marks")
    assert apply(visits) == (3, 2, 0, None)
    assert ids(visits, "public.marks") == [4]


def test_a_policy_that_fails_says_so_and_does_not_stop_the_others(visits):
    add_policy(visits, "delete")
    visits.execute(
        "insert into system.retention_policies (name, relation, time_column, keep_for, action,"
        " reason) values ('broken', 'auth.users', 'gone', '1 day', 'delete', 'test')"
    )
    [result] = visits.execute("select system.run_retention()").fetchone()
    assert "visits: 4 removed, 0 left" in result
    assert "broken: 0 removed,  left, failed with 42703: column t0.gone does not exist" in result
    [error] = visits.execute(
        "select error from system.retention_runs where policy = 'broken'"
    ).fetchone()
    assert error.startswith("42703")


def test_a_policy_that_is_switched_off_or_at_work_does_nothing(visits, shared_dsn):
    add_policy(visits, "delete")
    visits.execute("update system.retention_policies set is_enabled = false")
    assert visits.execute("select * from system.apply_retention()").fetchall() == []
    visits.execute("update system.retention_policies set is_enabled = true")
    with psycopg.connect(shared_dsn) as other:
        other.execute(
            "select pg_advisory_xact_lock('system.retention_policies'::regclass::oid::integer,"
            " hashtext('visits'))"
        )
        assert visits.execute("select * from system.apply_retention()").fetchall() == []
    assert apply(visits)[0] == 4


def test_the_policies_that_come_with_it_work(db):
    found = db.execute("select policy, due_rows, last_error from system.retention_status()")
    assert {name: due for name, due, _ in found.fetchall()} == {
        "answered_requests": 0,
        "buyers": 0,
        "ended_sessions": 0,
        "purchase_traces": 0,
        "rejected_payloads": 0,
        "resolved_alerts": 0,
    }
    assert db.execute("select system.run_retention()").fetchone() == ("nothing was due",)
