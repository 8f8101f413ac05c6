"""The steps of a move, in their order, and every one that is refused."""

import psycopg
import pytest


def log(move):
    """Return the log without the comparisons."""
    return [step for step in move.steps if step != ("compare", "done")]


def test_a_move_goes_all_the_way_back_and_again(shop):
    shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2), (3, 'c', -3)")
    shop.db.execute("update strangler.moves set quarantine_limit_percent = 40")
    for _ in range(2):
        shop.start()
        assert shop.state == ("capturing", 0)
        shop.db.execute("update strangler.backfills set batch_size = 2")
        assert shop.batch() == {"rows_read": 2, "is_finished": False}
        assert shop.state == ("backfilling", 0)
        assert shop.batch() == {"rows_read": 1, "is_finished": True}
        assert shop.state == ("comparing", 0)
        for percent, state in ((10, "rolling_out"), (50, "rolling_out"), (100, "cut_over")):
            assert shop.compare()["is_clean"]
            shop.set_rollout(percent)
            assert shop.state == (state, percent)
            assert shop.rows("select is_enabled, rollout_percent from system.feature_flags") == [
                {"is_enabled": True, "rollout_percent": percent}
            ]
        shop.rollback()
        assert shop.state == ("rolled_back", 0)
        assert shop.rows("select is_enabled, rollout_percent from system.feature_flags") == [
            {"is_enabled": False, "rollout_percent": 0}
        ]
    steps = ["start", "backfill", "rollout", "rollout", "rollout", "rollback"]
    assert log(shop) == [(step, "done") for step in ["define", *steps, *steps]]
    assert shop.rows(
        "select from_percent, to_percent, comparison_id is null as down from strangler.cutovers"
        " order by cut_over_at limit 4"
    ) == [
        {"from_percent": 0, "to_percent": 10, "down": False},
        {"from_percent": 10, "to_percent": 50, "down": False},
        {"from_percent": 50, "to_percent": 100, "down": False},
        {"from_percent": 100, "to_percent": 0, "down": True},
    ]


def test_each_step_twice_is_harmless(shop):
    shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    shop.rollback()
    for step in (
        shop.start,
        shop.backfill,
        shop.compare,
        lambda: shop.set_rollout(10),
        lambda: shop.compare() and shop.set_rollout(50),
        lambda: shop.compare() and shop.set_rollout(100),
        shop.start,
        shop.backfill,
        shop.rollback,
    ):
        before = None
        for _ in range(2):
            step()
            assert before in (None, shop.state)
            before = shop.state
    assert shop.target == {"a": 100}
    assert shop.value("select count(*) from shelf.written") == 1
    assert log(shop) == [
        (step, "done")
        for step in ("define", "start", "backfill", "rollout", "rollout", "rollout", "rollback")
    ]


@pytest.mark.parametrize(
    "call",
    [
        "strangler.start('none')",
        "strangler.backfill_batch('none')",
        "strangler.compare('none')",
        "strangler.set_rollout('none', 10)",
        "strangler.rollback('none')",
        "strangler.retry_quarantine('none')",
        "strangler.forget_move('none')",
        "strangler.generate_capture('none')",
    ],
)
def test_an_unknown_move_is_refused(db, refused, call):
    with refused("MD305", 'there is no move "none"'):
        db.execute(f"select {call}")


def test_what_comes_before_the_start_is_refused(shop, refused):
    for _ in range(2):
        for call in (shop.batch, shop.compare):
            with refused("MD306", 'move "articles" has not been started'):
                call()
        with refused("MD306", 'move "articles" has not been started'):
            shop.db.execute("select strangler.retry_quarantine('articles')")
        with refused("MD306", "nobody can read its new table yet"):
            shop.set_rollout(10)
        shop.start()
        with refused("MD306", 'move "articles" is capturing, so nobody can read'):
            shop.set_rollout(10)
        shop.rollback()


@pytest.mark.parametrize("percent", [-10, 1, 11, 99, 101, None])
def test_a_percentage_that_is_no_step_is_refused(open_shop, refused, percent):
    open_shop.compare()
    with refused("22023", "is not one of the steps"):
        open_shop.set_rollout(percent)
    assert open_shop.state == ("comparing", 0)


def test_no_step_up_is_skipped_and_every_one_down_is_free(open_shop, refused):
    for percent in (50, 100):
        open_shop.compare()
        with refused("MD307", f"is at 0 percent and cannot skip to {percent}"):
            open_shop.set_rollout(percent)
    for percent in (10, 50, 100):
        open_shop.compare()
        open_shop.set_rollout(percent)
    open_shop.set_rollout(10)
    assert open_shop.state == ("rolling_out", 10)
    open_shop.compare()
    with refused("MD307", "is at 10 percent and cannot skip to 100"):
        open_shop.set_rollout(100)
    open_shop.set_rollout(0)
    assert open_shop.state == ("comparing", 0)


def test_a_step_up_needs_a_clean_comparison_since_the_last_step(open_shop, refused):
    with refused("MD308", "has no clean comparison since its last step"):
        open_shop.set_rollout(10)
    open_shop.compare()
    open_shop.set_rollout(10)
    with refused("MD308", "has no clean comparison since its last step"):
        open_shop.set_rollout(50)
    open_shop.compare()
    open_shop.db.execute("insert into shelf.prices values ('x', 1, now(), 'move:articles')")
    open_shop.compare()
    with refused("MD308", "has no clean comparison since its last step") as _:
        open_shop.set_rollout(50)
    open_shop.set_rollout(0)
    open_shop.db.execute("delete from shelf.prices")
    open_shop.compare()
    open_shop.set_rollout(10)
    assert open_shop.state == ("rolling_out", 10)


def test_a_comparison_made_before_the_backfill_was_over_does_not_count(shop, refused):
    shop.start()
    assert shop.compare()["is_clean"]
    shop.backfill()
    with refused("MD308", "has no clean comparison since its last step"):
        shop.set_rollout(10)


def test_readers_keep_their_answer_while_the_percentage_grows(open_shop):
    asked = "select array_agg(n) from generate_series(1, 1000) as n where system.flag_enabled('move:articles', n::text)"  # noqa: E501
    readers: list[set[int]] = [set()]
    for percent in (10, 50, 100):
        open_shop.compare()
        open_shop.set_rollout(percent)
        readers.append(set(open_shop.value(asked)))
        assert readers[-2] < readers[-1]
        assert abs(len(readers[-1]) - percent * 10) < 60
    open_shop.rollback()
    assert open_shop.value(asked) is None


def test_a_start_looks_again_whether_all_is_there(shop, refused):
    shop.db.execute("alter table shop.articles rename to renamed")
    with refused("MD301", "there is no table shop.articles"):
        shop.start()
    shop.db.execute("alter table shop.renamed rename to articles")
    shop.db.execute("drop function shop.map_articles")
    with refused("MD304", "there is no mapping function"):
        shop.start()
    assert shop.state == ("defined", 0)


@pytest.mark.superuser
def test_a_table_of_which_row_security_hides_rows_is_not_moved(shop, refused):
    """What is not seen is neither copied nor missed by the comparison."""
    shop.db.execute(
        "create role test_reader; alter table shop.articles enable row level security;"
        "grant usage on schema shop, strangler, system, shelf to test_reader;"
        "grant select, update, insert, delete on all tables in schema shop, strangler, system, shelf to test_reader;"  # noqa: E501
        "set role test_reader"
    )
    try:
        with refused("42501", 'role "test_reader" sees only the rows of shop.articles'):
            shop.start()
    finally:
        shop.db.execute("reset role; drop owned by test_reader; drop role test_reader")


def test_after_a_rollback_nothing_is_captured_and_nothing_of_ours_is_left(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.rollback()
    open_shop.db.execute("insert into shop.articles values (2, 'b', 2)")
    assert open_shop.target == {"a": 100}
    assert open_shop.value("select count(*) from pg_trigger where tgname like 'capture%%'") == 0
    assert (
        open_shop.value("select count(*) from pg_proc where proname like 'capture%%articles'") == 0
    )
    open_shop.db.execute("drop table shop.articles cascade")


def test_a_rollback_finds_its_triggers_on_a_table_that_was_renamed(open_shop):
    open_shop.db.execute("alter table shop.articles rename to renamed")
    open_shop.rollback()
    open_shop.db.execute("insert into shop.renamed values (1, 'a', 1)")
    assert open_shop.value("select count(*) from pg_trigger where tgname like 'capture%%'") == 0


def test_a_new_start_brings_up_to_date_what_changed_in_between(open_shop):
    """With times that say nothing about it: rows changed, deleted, and put into quarantine."""
    open_shop.db.execute(
        "insert into shop.articles values"
        " (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', -4), (5, 'e', 5), (6, 'f', 6)"
    )
    open_shop.db.execute("update shop.articles set changed_at = '2026-05-05' where id = 5")
    open_shop.rollback()
    open_shop.db.execute("update shop.articles set price = 9 where id = 1")
    open_shop.db.execute("delete from shop.articles where id = 2")
    open_shop.db.execute("update shop.articles set price = -3 where id = 3")
    open_shop.db.execute("update shop.articles set price = 4 where id = 4")
    open_shop.db.execute(
        "update shop.articles set price = 8, changed_at = '2025-01-01' where id = 5"
    )
    open_shop.start()
    open_shop.db.execute("update shop.articles set note = 'captured' where id = 6")
    open_shop.backfill()
    assert open_shop.target == {"a": 900, "d": 400, "e": 800, "f": 600}
    assert list(open_shop.quarantine) == [3]
    assert open_shop.counts() == (5, 4, 0, 1, 0, 0, 0)


def test_a_move_is_forgotten_with_all_that_was_made_for_it(open_shop, refused):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', -2)")
    for _ in range(2):
        with refused("55000", 'move "articles" is on its way: comparing'):
            open_shop.db.execute("select strangler.forget_move('articles')")
    open_shop.rollback()
    open_shop.db.execute("select strangler.forget_move('articles')")
    for table in ("moves", "move_steps", "backfills", "quarantine", "comparisons", "cutovers"):
        assert open_shop.value(f"select count(*) from strangler.{table}") == 0
    assert open_shop.value("select count(*) from system.feature_flags") == 0
    assert open_shop.value("select to_regproc('shop.map_articles')") is None
    assert open_shop.target == {"a": 100}


def test_a_move_whose_table_is_gone_is_forgotten_too(shop):
    shop.db.execute("drop table shop.articles cascade")
    shop.db.execute("select strangler.forget_move('articles')")
    assert shop.rows("select * from strangler.moves") == []


def test_a_comparison_does_not_hold_up_the_application(open_shop, connect):
    """A row that goes to quarantine meanwhile refers to the move that is being compared."""
    other = connect()
    with other.transaction():
        other.execute("select strangler.compare('articles')")
        open_shop.db.execute("set lock_timeout = '5s'")
        open_shop.db.execute("insert into shop.articles values (1, 'a', -1)")
    assert list(open_shop.quarantine) == [1]


def test_a_move_that_refuses_too_many_rows_reaches_no_reader(shop):
    """Nothing is missing when a mapping refuses every row, so a clean comparison says little."""
    shop.db.execute(
        "insert into shop.articles select id, id::text, case when id <= 2 then -1 else 1 end"
        " from generate_series(1, 19) as id"
    )
    shop.start()
    shop.backfill()
    assert shop.compare()["is_clean"]
    with (
        pytest.raises(psycopg.Error, match="has 2 of 19 rows in quarantine") as refused,
        shop.db.transaction(),
    ):
        shop.set_rollout(10)
    assert refused.value.sqlstate == "MD309"
    assert "-1 is below nothing" in refused.value.diag.message_detail
    assert shop.state == ("comparing", 0)
    shop.db.execute("update strangler.moves set quarantine_limit_percent = 11")
    shop.compare()
    shop.set_rollout(10)
    assert shop.state == ("rolling_out", 10)


def test_a_tenth_of_the_rows_may_be_in_quarantine(shop):
    shop.db.execute(
        "insert into shop.articles select id, id::text, case when id <= 2 then -1 else 1 end"
        " from generate_series(1, 20) as id"
    )
    shop.start()
    shop.backfill()
    shop.compare()
    shop.set_rollout(10)
    assert shop.state == ("rolling_out", 10)
