"""The comparison finds every kind of error, and nothing where there is none."""

import pytest


@pytest.fixture
def stocked(open_shop):
    """Fill the shop: eight rows that are moved and two that are in quarantine."""
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, case when n > 8 then -n else n end"
        " from generate_series(1, 10) as n"
    )
    assert open_shop.counts() == (10, 8, 0, 2, 0, 0, 0)
    return open_shop


def test_a_clean_comparison_is_kept(stocked):
    found = stocked.compare()
    assert found["is_clean"]
    assert found["move"] == "articles"
    assert found["duration_ms"] >= 0
    assert stocked.mismatches() == []
    assert stocked.steps[-1] == ("compare", "done")
    assert stocked.value(
        "select detail from strangler.move_steps order by happened_at desc limit 1"
    ) == ("10 rows = 8 moved + 0 merged + 2 quarantined; 0 missing, 0 different, 0 extra")
    assert stocked.value("select count(*) from strangler.comparisons") == 2


MAPPED = {"cents": 300, "observed_at": "2026-01-01T00:00:00+00:00"}
FOUND = MAPPED | {"cents": 301}
PLANTED = {
    "missing row": (
        "delete from shelf.prices where code = 'n3'",
        (10, 7, 0, 2, 1, 0, 0),
        ("missing", {"id": 3}, {"mapped": MAPPED, "found": None}),
    ),
    "different value": (
        "update shelf.prices set cents = 301 where code = 'n3'",
        (10, 7, 0, 2, 0, 1, 0),
        ("different", {"id": 3}, {"mapped": MAPPED, "found": FOUND}),
    ),
    "null instead of a value": (
        "update shelf.prices set cents = null where code = 'n3'",
        (10, 7, 0, 2, 0, 1, 0),
        ("different", {"id": 3}, {"mapped": MAPPED, "found": MAPPED | {"cents": None}}),
    ),
    "older value": (
        "update shelf.prices set cents = 301, observed_at = '2025-01-01 UTC' where code = 'n3'",
        (10, 7, 0, 2, 0, 1, 0),
        (
            "different",
            {"id": 3},
            {"mapped": MAPPED, "found": FOUND | {"observed_at": "2025-01-01T00:00:00+00:00"}},
        ),
    ),
    "extra row": (
        "insert into shelf.prices values ('x', 300, '2026-01-01 UTC', 'move:articles')",
        (10, 8, 0, 2, 0, 0, 1),
        ("extra", {"code": "x"}, MAPPED),
    ),
    "row of a refused one": (
        "insert into shelf.prices values ('n9', 300, '2026-01-01 UTC', 'move:articles')",
        (10, 8, 0, 2, 0, 0, 1),
        ("extra", {"code": "n9"}, MAPPED),
    ),
    "withdrawn although it is there": (
        "update shelf.prices set cents = null, observed_at = now(),"
        " origin = 'withdrawn:articles' where code = 'n3'",
        (10, 7, 0, 2, 1, 0, 0),
        ("missing", {"id": 3}, {"mapped": MAPPED, "found": None}),
    ),
    "not in quarantine": (
        "delete from strangler.quarantine where source_key = '{\"id\": 9}'",
        (10, 8, 0, 1, 1, 0, 0),
        ("missing", {"id": 9}, {"found": "not in quarantine"}),
    ),
    "in quarantine for nothing": (
        "insert into strangler.quarantine (move, source_key, source_row, reason, found_by)"
        " values ('articles', '{\"id\": 3}', '{}', 'planted', 'capture')",
        (10, 7, 0, 2, 0, 1, 0),
        ("different", {"id": 3}, {"found": "in quarantine: planted"}),
    ),
    "failed for nothing": (
        "insert into strangler.quarantine"
        " (move, source_key, source_row, reason, error_code, found_by)"
        " values ('articles', '{\"id\": 3}', '{}', 'planted', 'XX000', 'capture')",
        (10, 7, 0, 3, 0, 0, 1),
        ("extra", {"code": "n3"}, MAPPED),
    ),
    "in quarantine, but nowhere else": (
        "insert into strangler.quarantine"
        " (move, source_key, source_row, reason, error_code, found_by)"
        " values ('articles', '{\"id\": 99}', '{}', 'planted', 'XX000', 'capture')",
        (10, 8, 0, 2, 0, 0, 1),
        ("extra", {"id": 99}, {"found": "in quarantine, but not in the source"}),
    ),
}


@pytest.mark.parametrize(("plant", "counts", "sample"), PLANTED.values(), ids=PLANTED)
def test_each_kind_of_error_is_found(stocked, plant, counts, sample):
    stocked.db.execute("set timezone = 'Asia/Tokyo'")
    stocked.db.execute(plant)
    assert stocked.counts() == counts
    kind, key, detail = sample
    assert stocked.mismatches() == [{"kind": kind, "row_key": key, "detail": detail}]
    assert not stocked.compare()["is_clean"]
    assert stocked.steps[-1] == ("compare", "failed")


@pytest.mark.parametrize("plant", [plant for plant, *_ in PLANTED.values()], ids=PLANTED)
def test_going_back_and_starting_again_mends_it(stocked, plant):
    stocked.db.execute(plant)
    assert not stocked.compare()["is_clean"]
    stocked.rollback()
    stocked.start()
    stocked.backfill()
    assert stocked.counts() == (10, 8, 0, 2, 0, 0, 0)


def test_a_change_that_was_not_captured_is_found(stocked):
    stocked.db.execute("alter table shop.articles disable trigger all")
    stocked.db.execute("update shop.articles set price = 1 where id = 3")
    stocked.db.execute("delete from shop.articles where id = 4")
    stocked.db.execute("insert into shop.articles values (20, 'new', 1)")
    stocked.db.execute("update shop.articles set price = -1 where id = 5")
    stocked.db.execute("update shop.articles set price = 9 where id = 9")
    assert stocked.counts() == (10, 5, 0, 1, 2, 2, 2)
    assert sorted((row["kind"], str(row["row_key"])) for row in stocked.mismatches()) == [
        ("different", "{'id': 3}"),
        ("different", "{'id': 9}"),
        ("extra", "{'code': 'n4'}"),
        ("extra", "{'code': 'n5'}"),
        ("missing", "{'id': 20}"),
        ("missing", "{'id': 5}"),
    ]


def test_a_row_that_says_what_is_known_or_was_overtaken_is_merged(days):
    days.db.execute(
        "insert into shop.days (code, day, price) values"
        " ('a', '2026-01-01', 1), ('a', '2026-01-02', 2), ('a', '2026-01-03', 2), ('b', '2026-01-01', 5)"  # noqa: E501
    )
    days.start()
    days.backfill()
    assert days.counts() == (4, 2, 2, 0, 0, 0, 0)
    days.db.execute(
        "update shelf.prices set cents = 7, observed_at = now(), origin = 'worker' where code = 'b'"
    )
    assert days.counts() == (4, 1, 3, 0, 0, 0, 0)


def test_of_two_rows_of_one_moment_one_counts_and_the_other_is_merged(days):
    days.db.execute(
        "insert into shop.days (code, day, price) values"
        " ('a', '2026-01-01', 1), ('a', '2026-01-01', 2), ('b', '2026-01-01', 5)"
    )
    days.start()
    days.backfill()
    assert days.counts() == (3, 2, 1, 0, 0, 0, 0)
    days.db.execute("update shop.days set price = 9 where price = 1")
    assert days.counts() == (3, 2, 1, 0, 0, 0, 0)
    days.db.execute("update shelf.prices set cents = 4 where code = 'a'")
    assert days.counts() == (3, 1, 0, 0, 0, 2, 0)


def test_a_row_whose_mapping_fails_counts_as_quarantined_and_stops_nothing(stocked):
    stocked.db.execute("update shop.articles set price = 13 where id = 3")
    assert stocked.counts() == (10, 7, 0, 3, 0, 0, 0)


def test_samples_are_a_hundred_at_most_and_of_every_kind(open_shop):
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 20 from generate_series(1, 600) as n"
    )
    open_shop.db.execute("delete from shelf.prices where cents is not null and code < 'n2'")
    open_shop.db.execute("update shelf.prices set cents = 1 where code > 'n4'")
    open_shop.db.execute(
        "insert into shelf.prices select 'x' || n, 1, now(), 'move:articles'"
        " from generate_series(1, 50) as n"
    )
    found = open_shop.compare()
    assert (found["missing"], found["different"], found["extra"]) == (111, 266, 50)
    kinds = [row["kind"] for row in open_shop.mismatches()]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "missing": 33,
        "different": 33,
        "extra": 33,
    }


@pytest.mark.parametrize(
    ("counts", "is_clean"),
    [
        ((10, 8, 1, 1, 0, 0, 0), True),
        ((10, 8, 1, 0, 0, 0, 0), False),
        ((10, 8, 1, 2, 0, 0, 0), False),
        ((10, 8, 1, 0, 1, 0, 0), False),
        ((10, 8, 1, 0, 0, 1, 0), False),
        ((10, 8, 1, 1, 0, 0, 1), False),
    ],
)
def test_it_is_clean_when_every_row_is_accounted_for(shop, counts, is_clean):
    row = shop.rows(
        "insert into strangler.comparisons (move, source_rows, moved, merged, quarantined,"
        " missing, different, extra, duration_ms) values ('articles', %s, %s, %s, %s, %s, %s, %s, 1)"  # noqa: E501
        " returning is_clean",
        *counts,
    )
    assert row == [{"is_clean": is_clean}]


def test_source_and_target_are_read_in_one_snapshot(stocked, connect):
    """A change that is not committed is on neither side; committed, it is on both."""
    writer = connect()
    with writer.transaction():
        writer.execute("update shop.articles set price = 5")
        writer.execute("delete from shop.articles where id = 2")
        assert stocked.counts() == (10, 8, 0, 2, 0, 0, 0)
    assert stocked.counts() == (9, 9, 0, 0, 0, 0, 0)
