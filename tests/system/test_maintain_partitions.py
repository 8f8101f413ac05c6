"""system.maintain_partitions: coming partitions are made, expired ones go, no row is lost."""

import re
import threading

import psycopg
import pytest

DAY = "interval '1 day'"


@pytest.fixture
def kept(events):
    """Let the partitions of system.events be kept, one a day from ten days ago on."""
    events.execute(
        """
        set local timezone = 'UTC';
        select system.partition_by_time(
            'system.events', 'at', 'daily', p_start => current_date - 10,
            p_retention => interval '30 days'
        )
        """
    )
    # pg_partman 4 makes one more partition than it is told.
    events.execute("select system.maintain_partitions()")
    return events


def leaves(db, table="system.events"):
    rows = db.execute(
        "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass", [table]
    )
    return {row[0] for row in rows}


def maintain(db, later="0 days", table="system.events", lock_timeout="700ms"):
    """Maintain one table as if it were later, and return what is said."""
    query = "select system.maintain_partitions(%s::regclass, now() + %s::interval, %s)"
    return db.execute(query, [table, later, lock_timeout]).fetchone()[0]


def insert(db, *moments):
    """Insert a row at each of these times; its note is the time as it was given."""
    for moment in moments:
        db.execute(f"insert into system.events (at, note) values ({moment}, %s)", [moment])


def notes(db, table="system.events"):
    return {row[0] for row in db.execute(f"select note from {table}")}


def gaps(db, table="system.events"):
    """Return how many times a partition does not begin where the one before ends."""
    [count] = db.execute(
        """
        select count(*)
        from (
            select starts_at <> lag(ends_at) over (order by starts_at) as is_gap
            from system.partitions where parent = %s::regclass and not is_default
        ) as neighbours
        where is_gap
        """,
        [table],
    ).fetchone()
    return count


def test_coming_partitions_are_made(kept):
    before = leaves(kept)
    last = max(leaves(kept) - {"system.events_default"})
    kept.execute(f"drop table {last}")
    assert re.fullmatch(r"\d+ kept; partitions made: 1", maintain(kept, table=None))
    assert leaves(kept) == before
    assert re.fullmatch(r"\d+ kept", maintain(kept, table=None))


def test_months_without_maintenance_leave_no_gap(kept):
    insert(kept, f"now() + 20 * {DAY}", f"now() + 59 * {DAY}", "now()")
    said = maintain(kept, "60 days")
    assert said.endswith("rows deleted: 1, rows moved: 1")
    assert gaps(kept) == 0
    assert kept.execute("select count(*) from system.events_default").fetchone() == (0,)
    # Those of today and of the twentieth day were older than the retention by then.
    assert notes(kept) == {f"now() + 59 * {DAY}"}


def test_rows_in_the_default_partition_move_to_their_own(kept):
    kept.execute(
        "alter table system.events add column shout text generated always as (upper(note)) stored"
    )
    kept.execute("create table system.counted (rows bigint)")
    kept.execute(
        """
        create function system.count_events() returns trigger language plpgsql as $$
        begin
            insert into system.counted select count(*) from fresh;
            return null;
        end $$;
        create trigger count after insert on system.events referencing new table as fresh
        for each statement execute function system.count_events()
        """
    )
    # Before the first partition, far ahead, and where no maintenance has come yet.
    last = f"now() + 6 * {DAY}"
    insert(kept, f"now() - 15 * {DAY}", f"now() - 16 * {DAY}", last, "'2999-01-01'")
    before = kept.execute("select * from system.events order by at").fetchall()
    assert maintain(kept, "2 days") == "1 kept; partitions made: 4, rows moved: 3"
    assert kept.execute("select * from system.events order by at").fetchall() == before
    assert notes(kept, "system.events_default") == {"'2999-01-01'"}
    # They were not inserted once more.
    assert kept.execute("select sum(rows) from system.counted").fetchone() == (4,)
    assert maintain(kept, "2 days") == "1 kept"


def test_many_rows_are_moved_call_by_call(kept):
    for days in (12, 13, 14):
        insert(kept, *[f"now() - {days} * {DAY}"] * 5)
    query = "select * from system.fill_partitions('system.events', p_max_rows => 6)"
    assert kept.execute(query).fetchone() == (2, 10)
    assert kept.execute(query).fetchone() == (1, 5)
    assert kept.execute("select count(*) from system.events").fetchone() == (15,)


def test_rows_that_others_hang_on_are_not_moved(kept):
    kept.execute(
        """
        alter table system.events add primary key (at);
        create table system.remarks (at timestamptz references system.events on delete cascade)
        """
    )
    insert(kept, f"now() - 15 * {DAY}")
    kept.execute("insert into system.remarks select at from system.events")
    assert "failed: system.events: rows cannot be moved" in maintain(kept)
    assert kept.execute("select count(*) from system.remarks").fetchone() == (1,)
    assert len(notes(kept)) == 1


def test_expired_partitions_go_with_their_rows(kept):
    insert(kept, *(f"now() - {days} * {DAY}" for days in range(10)))
    before = len(leaves(kept))
    kept.execute(
        "select system.partition_by_time('system.events', 'at', 'daily', p_retention => '3 days')"
    )
    said = maintain(kept)
    assert notes(kept) == {f"now() - {days} * {DAY}" for days in range(4)}
    assert said == "1 kept; partitions dropped: 7"
    assert before - len(leaves(kept)) == 7
    orphans = kept.execute(
        "select count(*) from pg_class where relname like 'events\\_p%' and not relispartition"
    )
    assert orphans.fetchone() == (0,)
    [(dropped,)] = kept.execute(
        "select count(*) from system.logs where component = 'partitions' and level = 'info'"
    ).fetchall()
    assert dropped == 7


def test_expired_rows_in_the_default_partition_are_deleted(kept):
    insert(kept, "'2001-01-01'", "'2001-02-01'", f"now() - 15 * {DAY}")
    assert maintain(kept) == "1 kept; partitions made: 1, rows deleted: 2, rows moved: 1"
    assert notes(kept) == {f"now() - 15 * {DAY}"}


def test_without_a_retention_nothing_expires(kept):
    insert(kept, f"now() - 9 * {DAY}")
    kept.execute(
        "select system.partition_by_time('system.events', 'at', 'daily', p_retention => null)"
    )
    before = leaves(kept)
    maintain(kept)
    assert leaves(kept) == before
    assert len(notes(kept)) == 1


def test_cold_partitions_move_to_the_archive_and_are_read_as_before(kept):
    insert(kept, *(f"now() - {days} * {DAY}" for days in (0, 8, 9)))
    kept.execute(
        "select system.partition_by_time('system.events', 'at', 'daily', p_retention => '30 days',"
        " p_archive_after => '7 days')"
    )
    before = notes(kept)
    for _ in range(2):  # the oldest first, one a call
        assert maintain(kept) == "1 kept; partitions archived: 1"
    assert maintain(kept) == "1 kept; partitions archived: 1"
    assert maintain(kept) == "1 kept"
    archived = {name for name in leaves(kept) if name.startswith("archive.events_p")}
    assert len(archived) == 3
    assert notes(kept) == before
    assert set().union(*(notes(kept, name) for name in archived)) == before - {f"now() - 0 * {DAY}"}
    # Late rows find their way, and none is made a second time.
    insert(kept, f"now() - 9.001 * {DAY}")
    assert maintain(kept) == "1 kept"
    assert kept.execute("select count(*) from system.events_default").fetchone() == (0,)
    maintain(kept, "29 days")
    assert not any(name in leaves(kept) for name in archived)


def test_a_key_in_nanoseconds_is_kept_like_a_time(db):
    db.execute("set local timezone = 'UTC'")
    table = "sync.api_call_queue"
    assert gaps(db, table) == 0
    assert re.match(
        "1 kept; partitions dropped: 1[0-9], partitions made: 2[0-9]$",
        maintain(db, "40 days", table),
    )
    assert gaps(db, table) == 0
    [oldest] = db.execute(
        "select min(starts_at) >= now() + interval '25 days' from system.partitions"
        " where parent = 'sync.api_call_queue'::regclass"
    ).fetchone()
    assert oldest


def test_bounds_are_those_of_utc_in_any_session(kept):
    kept.execute("set local timezone = 'Asia/Kolkata'")
    maintain(kept, "20 days")
    assert gaps(kept) == 0
    [odd] = kept.execute(
        "select count(*) from system.partitions where parent = 'system.events'::regclass"
        " and starts_at <> date_trunc('day', starts_at, 'UTC')"
    ).fetchone()
    assert odd == 0


def test_one_failing_table_does_not_stop_the_others(kept):
    # What is no partition has the name of one.
    last = max(leaves(kept) - {"system.events_default"})
    kept.execute(f"drop table {last}; create table {last} ()")
    # This one comes after system.events.
    kept.execute("create table system.later (at timestamptz not null) partition by range (at)")
    kept.execute("select system.partition_by_time('system.later', 'at', 'daily')")
    kept.execute("select system.partition_by_time('system.later', 'at', 'daily', p_premake => 9)")
    said = maintain(kept, table=None)
    assert re.match(r"\d+ kept; partitions made: \d+; failed: system\.events: pg_partman", said)
    assert len(leaves(kept, "system.later")) == 1 + 4 + 1 + 9
    [(level, component, message, details)] = kept.execute(
        "select level, component, message, details from system.logs"
    ).fetchall()
    assert (level, component) == ("error", "partitions")
    assert message == "fill of system.events failed"
    assert details["message"] in said
    assert details["sqlstate"] in said


def test_a_table_that_is_gone_is_forgotten(kept):
    kept.execute("drop table system.events")
    assert re.fullmatch(r"\d+ kept", maintain(kept, table=None))
    assert kept.execute(
        "select count(*) from system.partitioned_tables where parent::text ~ '^[0-9]+$'"
    ).fetchone() == (0,)


def test_it_is_a_regular_job(db):
    assert db.execute(
        "select count(*) from sync.cron_jobs where name = 'maintain_partitions'"
    ).fetchone() == (1,)


def test_the_session_keeps_its_search_path(db):
    db.execute("set search_path = sync, public")
    db.execute("select system.maintain_partitions(p_at => now() + interval '9 days')")
    assert db.execute("show search_path").fetchone() == ("sync, public",)


@pytest.fixture
def late(live):
    """Make system.events in a database of its own, with 150 rows that came before a partition."""
    live.execute(
        """
        set timezone = 'UTC';
        create table system.events (at timestamptz not null, note text) partition by range (at);
        select system.partition_by_time('system.events', 'at', 'daily');
        insert into system.events
        select now() + interval '10 days', number from generate_series(1, 150) as number
        """
    )
    return live


class Mover(threading.Thread):
    """Maintain system.events as of twenty days later, in a session of its own."""

    def __init__(self, dsn):
        super().__init__()
        self.connection = psycopg.connect(dsn, autocommit=True)
        self.said = ""
        self.error = None
        self.start()

    def run(self):
        try:
            self.said = maintain(self.connection, "20 days", lock_timeout="60s")
        except psycopg.Error as error:
            self.error = error

    def wait_until_blocked(self, look):
        while look.execute(
            "select cardinality(pg_blocking_pids(%s))", [self.connection.info.backend_pid]
        ).fetchone() == (0,):
            assert self.is_alive(), self.said

    def done(self):
        self.join(timeout=60)
        assert not self.is_alive()
        self.connection.close()
        return self.said


def count(db, table="system.events"):
    return db.execute(f"select count(*), count(distinct note) from {table}").fetchone()


def test_a_killed_move_loses_nothing_and_the_next_call_does_it(late, dsn):
    with psycopg.connect(dsn) as reader:
        reader.execute("select from system.events_default")
        mover = Mover(dsn)
        mover.wait_until_blocked(late)  # the rows are out, the partition is not made
        late.execute("select pg_terminate_backend(%s)", [mover.connection.info.backend_pid])
        mover.done()
    assert isinstance(mover.error, psycopg.OperationalError)
    assert count(late, "system.events_default") == (150, 150)
    assert "rows moved: 150" in maintain(late, "20 days")
    assert count(late) == (150, 150)
    assert count(late, "system.events_default") == (0, 0)


def test_rows_that_are_written_during_a_move_are_not_lost(late, dsn):
    """One writer has its row in already, another comes while the rows are moved."""
    insert_one = "insert into system.events values (now() + interval '10 days', %s)"
    with psycopg.connect(dsn) as early, psycopg.connect(dsn, autocommit=True) as tardy:
        early.execute(insert_one, ["early"])
        mover = Mover(dsn)
        mover.wait_until_blocked(late)
        writer = threading.Thread(target=tardy.execute, args=[insert_one, ["tardy"]])
        writer.start()
        early.commit()
        assert mover.done().endswith("rows moved: 151")
        writer.join(timeout=60)
    assert count(late) == (152, 152)
    assert count(late, "system.events_default") == (0, 0)


def test_a_table_in_use_is_left_to_the_next_call(late, dsn):
    with psycopg.connect(dsn) as writer:
        writer.execute("insert into system.events values (now(), 'slow')")
        assert "failed: system.events: " in maintain(late, "20 days", lock_timeout="1ms")
    assert "rows moved: 150" in maintain(late, "20 days")
    assert late.execute("show lock_timeout").fetchone() == ("0",)


def test_two_that_maintain_at_once_do_it_once(late, dsn):
    with psycopg.connect(dsn) as reader:
        reader.execute("select from system.events_default")
        movers = [Mover(dsn), Mover(dsn)]
        for mover in movers:
            mover.wait_until_blocked(late)
    said = sorted(mover.done() for mover in movers)
    assert sum("rows moved: 150" in one for one in said) == 1
    assert not any("failed" in one for one in said), said
    assert count(late) == (150, 150)
