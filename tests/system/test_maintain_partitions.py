"""system.maintain_partitions: coming partitions are made, expired ones go with their rows."""

import re

import pytest


@pytest.fixture
def kept(events):
    """Let the partitions of system.events be kept, one a day from ten days ago on."""
    events.execute(
        """
        select system.partition_by_time(
            'system.events', 'at', 'daily', p_start => current_date - 10,
            p_retention => interval '30 days'
        )
        """
    )
    # pg_partman 4 makes one more partition at its first maintenance.
    events.execute("select system.maintain_partitions()")
    return events


def leaves(db):
    return {
        row[0]
        for row in db.execute(
            "select inhrelid::regclass::text from pg_inherits"
            " where inhparent = 'system.events'::regclass"
        )
    }


def maintain(db):
    return db.execute("select system.maintain_partitions()").fetchone()[0]


def test_coming_partitions_are_made(kept):
    before = leaves(kept)
    last = max(leaves(kept) - {"system.events_default"})
    kept.execute(f"drop table {last}")
    assert re.fullmatch(r"\d+ kept", maintain(kept))
    assert last in leaves(kept)
    assert leaves(kept) <= before


def test_expired_partitions_go_with_their_rows(kept):
    kept.execute(
        "insert into system.events (at, note)"
        " select now() - days * interval '1 day', days::text from generate_series(0, 9) as days"
    )
    before = len(leaves(kept))
    kept.execute(
        "select system.partition_by_time('system.events', 'at', 'daily', p_retention => '3 days')"
    )
    maintain(kept)
    notes = {row[0] for row in kept.execute("select note from system.events")}
    assert notes <= {"0", "1", "2", "3"}
    assert notes >= {"0", "1", "2"}
    assert before - len(leaves(kept)) in (6, 7)
    orphans = kept.execute(
        "select count(*) from pg_class where relname like 'events\\_p%' and not relispartition"
    )
    assert orphans.fetchone() == (0,)


def test_without_a_retention_nothing_expires(kept):
    kept.execute("insert into system.events (at) values (now() - interval '9 days')")
    kept.execute(
        "select system.partition_by_time('system.events', 'at', 'daily', p_retention => null)"
    )
    before = leaves(kept)
    maintain(kept)
    assert leaves(kept) == before
    assert kept.execute("select count(*) from system.events").fetchone() == (1,)


def test_one_failing_table_does_not_stop_the_others(kept):
    # A row that came before its partition is in the way of it.
    last = max(leaves(kept) - {"system.events_default"})
    kept.execute(f"drop table {last}")
    kept.execute("insert into system.events (at) values (current_date + 4), (current_date + 5)")
    # This one comes after system.events.
    kept.execute("create table system.later (at timestamptz not null) partition by range (at)")
    kept.execute("select system.partition_by_time('system.later', 'at', 'daily')")
    kept.execute("select system.partition_by_time('system.later', 'at', 'daily', p_premake => 9)")
    said = maintain(kept)
    assert re.match(r"\d+ kept; failed: system\.events: ", said)
    [made] = kept.execute(
        "select count(*) from pg_inherits where inhparent = 'system.later'::regclass"
    ).fetchone()
    assert made >= 1 + 4 + 1 + 9
    [(level, component, message, details)] = kept.execute(
        "select level, component, message, details from system.logs"
    ).fetchall()
    assert (level, component) == ("error", "partitions")
    assert message == "maintenance of system.events failed"
    assert details["message"] in said
    assert details["sqlstate"] in said


def test_tables_of_others_are_left_alone(db):
    db.execute("create schema others")
    db.execute("create table others.events (at timestamptz not null) partition by range (at)")
    db.execute("select system.partition_by_time('others.events', 'at', 'daily')")
    db.execute("select system.partition_by_time('others.events', 'at', 'daily', p_premake => 9)")
    maintain(db)
    assert db.execute(
        "select count(*) from pg_inherits where inhparent = 'others.events'::regclass"
    ).fetchone() == (1 + 9,)


def test_it_is_a_regular_job(db):
    assert db.execute(
        "select count(*) from sync.cron_jobs where name = 'maintain_partitions'"
    ).fetchone() == (1,)


def test_the_session_keeps_its_search_path(db):
    db.execute("set search_path = sync, public")
    db.execute("select system.maintain_partitions()")
    assert db.execute("show search_path").fetchone() == ("sync, public",)
