"""Old rows are copied in batches: none lost, none twice, never over something newer."""

import random
import threading

import psycopg
import pytest


@pytest.mark.parametrize(
    ("columns", "key", "code", "values"),
    [
        ("id integer", "id", "p_row.id::text", [str(n * 7 - 50) for n in range(25)]),
        (
            "id bigint",
            "id",
            "p_row.id::text",
            [str(9007199254740990 + n) for n in range(25)],  # a float has no room for them
        ),
        (
            "id text",
            "id",
            "p_row.id",
            [*"abcdefgh", *"ABCDEFGH", "", " ", "é", "ß", "日本", "a'b", 'a"b', "a\\b", "%s"],
        ),
        (
            "id uuid",
            "id",
            "p_row.id::text",
            [f"{n * 7 % 25:08x}-0000-4000-8000-{n:012x}" for n in range(25)],
        ),
        (
            "b text, a bigint",
            "a, b",
            "p_row.a || p_row.b",
            [(letter, str(n)) for n in range(5) for letter in "xbyac"],
        ),
        (
            "symbol text, at timestamptz",
            "symbol, at",
            "p_row.symbol || p_row.at",
            [(letter, f"2026-03-29 00:59:59.{n:06}+00") for n in range(5) for letter in "vwxyz"],
        ),
        (
            "id numeric, day date",
            "day, id",
            "p_row.day || '/' || p_row.id",
            [(f"{n}.10", f"2026-01-{m:02}") for n in range(5) for m in range(1, 6)],
        ),
    ],
    ids=["integer", "bigint", "text", "uuid", "composite", "time", "numeric"],
)
@pytest.mark.parametrize("size", [1, 4, 25, 1000])
def test_rows_with_any_key_are_copied_once(keyed, columns, key, code, values, size):
    move = keyed(columns, key, code)
    names = ", ".join(part.split()[0] for part in columns.split(", "))
    rows = [value if isinstance(value, tuple) else (value,) for value in values]
    random.Random(1).shuffle(rows)
    for number, row in enumerate(rows):
        places = ", ".join(["%s"] * (len(row) + 1))
        move.db.execute(
            f"insert into shop.keyed ({names}, price) values ({places})", [*row, number]
        )
    move.db.execute("update shop.keyed set price = 14 where price = 13")
    move.start()
    move.db.execute("update strangler.backfills set batch_size = %s", [size])
    batches = 1
    while not move.batch()["is_finished"]:
        batches += 1
    assert batches == len(rows) // size + 1
    assert len(move.target) == len(rows)
    assert move.value("select count(*) from shelf.written") == len(rows)
    assert move.value("select rows_read from strangler.backfills") == len(rows)
    assert move.counts() == (len(rows), len(rows), 0, 0, 0, 0, 0)


def test_an_empty_table_is_copied_at_once(shop):
    shop.start()
    assert shop.batch() == {"rows_read": 0, "is_finished": True}
    assert shop.state == ("comparing", 0)
    assert shop.counts() == (0, 0, 0, 0, 0, 0, 0)


def test_one_row_is_copied(shop):
    shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    shop.start()
    assert shop.batch() == {"rows_read": 1, "is_finished": True}
    assert shop.counts() == (1, 1, 0, 0, 0, 0, 0)


def test_rows_that_came_after_the_start_come_by_capture_alone(shop):
    shop.db.execute("insert into shop.articles values (1, 'a', 1), (5, 'e', 5)")
    shop.start()
    shop.db.execute("insert into shop.articles values (9, 'i', 9)")
    shop.backfill()
    assert shop.value("select rows_read from strangler.backfills") == 2
    assert shop.counts() == (3, 3, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("price", [13, 666, -5], ids=["mapping", "writer", "refused"])
def test_a_row_that_fails_in_the_middle_of_a_batch_costs_itself_alone(shop, price):
    shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(1, 100) as n"
    )
    shop.db.execute("update shop.articles set price = %s where id in (37, 38, 71)", [price])
    shop.start()
    assert shop.batch() == {"rows_read": 100, "is_finished": True}
    assert list(shop.quarantine) == [37, 38, 71]
    assert shop.value("select distinct found_by from strangler.quarantine") == "backfill"
    assert shop.value("select rows_quarantined from strangler.backfills") == 3
    assert shop.counts() == (100, 97, 0, 3, 0, 0, 0)


def test_batch_size_and_pause_are_read_anew_for_each_batch(shop):
    shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(1, 60) as n"
    )
    shop.start()
    read = []
    for size in (10, 1, 25):
        shop.db.execute("update strangler.backfills set batch_size = %s", [size])
        read.append(shop.batch()["rows_read"])
    assert read == [10, 1, 25]
    shop.backfill()
    assert shop.counts() == (60, 60, 0, 0, 0, 0, 0)


def test_a_batch_that_is_not_committed_is_done_again(shop, connect):
    shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(1, 9) as n"
    )
    shop.start()
    shop.db.execute("update strangler.backfills set batch_size = 4")
    shop.batch()
    other = connect()
    with other.transaction(force_rollback=True):
        other.execute("select strangler.backfill_batch('articles')")
    assert shop.target == {f"n{n}": 100 for n in range(1, 5)}
    assert shop.batch()["rows_read"] == 4
    shop.backfill()
    assert shop.counts() == (9, 9, 0, 0, 0, 0, 0)


# Races, each played with two connections and transactions that are ended one by one.

CHANGES = {
    "newer": ("update shop.articles set price = 7, changed_at = now() where id = 2", {"b": 700}),
    "as old": ("update shop.articles set price = 7 where id = 2", {"b": 700}),
    "older": (
        "update shop.articles set price = 7, changed_at = '2025-01-01' where id = 2",
        {"b": 700},
    ),
    "other key": ("update shop.articles set id = 22 where id = 2", {"b": 200}),
    "other target key": ("update shop.articles set code = 'x' where id = 2", {"x": 200}),
    "refused": ("update shop.articles set price = -7 where id = 2", {}),
    "deleted": ("delete from shop.articles where id = 2", {}),
    "replaced": (
        "with gone as (delete from shop.articles where id = 2 returning *)"
        " insert into shop.articles select 22, code, 7, changed_at from gone",
        {"b": 700},
    ),
    "truncated": ("truncate shop.articles", {"a": None, "c": None}),
}
changes = pytest.mark.parametrize(("change", "outcome"), CHANGES.values(), ids=CHANGES)


def expected(outcome):
    """Return what the shelf is to hold: rows 1 and 3 as they are, and what became of row 2."""
    return {code: cents for code, cents in ({"a": 100, "c": 300} | outcome).items() if cents}


@pytest.fixture
def started(shop):
    shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)")
    shop.start()
    return shop


@changes
def test_a_change_not_yet_committed_makes_the_batch_come_again(
    started, connect, refused, change, outcome
):
    application = connect()
    with application.transaction():
        application.execute(change)
        with refused("55P03", "lock timeout"):
            started.batch()
        assert started.target == {}
    started.backfill()
    assert started.target == expected(outcome)
    assert started.counts()[4:] == (0, 0, 0)


@changes
def test_a_change_that_is_taken_back_does_not_keep_its_row_from_being_copied(
    started, connect, change, outcome
):
    del outcome
    application = connect()
    with application.transaction(force_rollback=True):
        application.execute(change)
    started.backfill()
    assert started.target == {"a": 100, "b": 200, "c": 300}
    assert started.counts() == (3, 3, 0, 0, 0, 0, 0)


@changes
def test_a_change_waits_for_a_batch_that_is_open_and_counts_after_it(
    started, connect, waiting, change, outcome
):
    backfill = connect()
    with backfill.transaction():
        backfill.execute("select strangler.backfill_batch('articles')")
        application = waiting(change)
    application.done()
    if "2025-01-01" in change:
        outcome = {"b": 200}  # the newest that was ever said counts
    assert started.target == expected(outcome)
    assert started.counts()[4:] == (0, 0, 0)


@changes
def test_a_change_between_two_batches_counts(started, change, outcome):
    started.db.execute("update strangler.backfills set batch_size = 1")
    for before in range(4):
        if before:
            started.rollback()
            started.db.execute("truncate shop.articles")
            started.db.execute(
                "insert into shop.articles values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)"
            )
            started.start()
        for _ in range(before):
            started.batch()
        started.db.execute(change)
        started.backfill()
        wanted = outcome
        if "2025-01-01" in change and before >= 2:
            wanted = {"b": 200}
        assert started.target == expected(wanted), before
        assert started.counts()[4:] == (0, 0, 0), before


@changes
def test_a_change_while_a_new_start_copies_again_counts(started, change, outcome):
    """Row 2 is there from the first run, so the race is about what is newer."""
    started.db.execute("update shop.articles set changed_at = '2026-06-01'")
    started.backfill()
    started.rollback()
    started.db.execute("update shop.articles set price = 2, changed_at = '2026-01-01'")
    started.db.execute("update shop.articles set price = id")
    started.start()
    started.db.execute(change)
    started.backfill()
    assert started.target == expected(outcome)
    assert started.counts()[4:] == (0, 0, 0)


def test_an_application_that_would_be_in_a_deadlock_with_a_batch_goes_on(started, connect, refused):
    """The batch holds row 3 and waits for row 2; the application holds 2 and waits for 3."""
    application = connect()
    application.execute("begin")
    application.execute("update shop.articles set price = 8 where id = 3")
    batch = connect()
    errors = []

    def run():
        try:
            batch.execute("select strangler.backfill_batch('articles')")
        except psycopg.Error as error:
            errors.append(error.sqlstate)

    thread = threading.Thread(target=run)
    thread.start()
    while (
        started.value("select cardinality(pg_blocking_pids(%s))", batch.info.backend_pid) == 0
        and thread.is_alive()
    ):
        pass
    application.execute("update shop.articles set price = 9 where id = 1")
    application.execute("commit")
    thread.join()
    assert errors == ["55P03"]
    started.backfill()
    assert started.target == {"a": 900, "b": 200, "c": 800}


def test_nothing_is_lost_under_a_writer(shop, connect):
    """Random single-row changes in a thread, through a backfill in small batches and after it."""
    shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(1, 600) as n"
    )
    shop.start()
    shop.db.execute("update strangler.backfills set batch_size = 20")
    halt = threading.Event()
    failures = []
    done = [0]
    writer = connect()

    def write():
        draw = random.Random(7)
        statements = (
            "update shop.articles set price = {p} where id = {n}",
            "update shop.articles set price = {p}, changed_at = now() where id = {n}",
            "update shop.articles set price = -price where id = {n}",
            "update shop.articles set code = 'm{n}' where id = {n}",
            "delete from shop.articles where id = {n}",
            "insert into shop.articles values ({n}, 'n{n}', {p}, '2025-05-05') on conflict do nothing",  # noqa: E501
            "update shop.articles set price = 666 where id = {n}",
        )
        while not halt.is_set():
            text = draw.choice(statements)
            try:
                writer.execute(text.format(n=draw.randrange(1, 650), p=draw.randrange(20, 600)))
                done[0] += 1
            except psycopg.Error as error:
                failures.append(str(error))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(500):
            try:
                if shop.batch()["is_finished"]:
                    break
            except psycopg.errors.LockNotAvailable:
                continue
        seen = done[0]
        while done[0] < seen + 100:
            assert shop.counts()[4:] == (0, 0, 0), shop.mismatches()
    finally:
        halt.set()
        thread.join()
    assert failures == []
    assert done[0] > 100
    assert shop.state == ("comparing", 0)
    found = shop.counts()
    assert found[4:] == (0, 0, 0)
    assert found[0] == found[1] + found[2] + found[3]
    assert found[3] > 0
    assert shop.losses == []
