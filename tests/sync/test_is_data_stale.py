"""sync.is_data_stale, touch_subscription, and what queues the stale subjects."""

import psycopg
import pytest

NOW = "2026-03-01 12:00+00"


def add(db, subject, tier="cold", age=None, due="-infinity", data_type="acme-price", failures=0):
    """Register a subject whose last answer has an age (an interval), None for no answer."""
    db.execute(
        """
        insert into sync.subjects (data_type, subject, tier, fetched_at, due_at, failures)
        values (%s, %s, %s, now() - %s::interval, %s, %s)
        """,
        [data_type, subject, tier, age, due, failures],
    )


def queued(rows):
    found = rows("select subject, priority from sync.api_call_queue order by subject")
    return {row["subject"]: row["priority"] for row in found}


@pytest.mark.parametrize(
    ("tier", "age", "is_stale"),
    [
        ("hot", "59 minutes", False),
        ("hot", "61 minutes", True),
        ("warm", "5 hours", False),
        ("warm", "6 hours", True),
        ("cold", "23 hours", False),
        ("cold", "25 hours", True),
    ],
)
def test_an_answer_is_stale_after_the_ttl_of_its_tier(queue, tier, age, is_stale):
    queue.execute(
        "insert into sync.subjects (data_type, subject, tier, fetched_at) "
        "values ('acme-price', 'a', %s, %s::timestamptz - %s::interval)",
        [tier, NOW, age],
    )
    query = "select sync.is_data_stale('acme-price', 'a', %s)"
    assert queue.execute(query, [NOW]).fetchone() == (is_stale,)


def test_what_was_never_asked_is_stale(queue):
    add(queue, "never")
    query = "select sync.is_data_stale('acme-price', %s)"
    assert queue.execute(query, ["never"]).fetchone() == (True,)
    assert queue.execute(query, ["unknown"]).fetchone() == (True,)


@pytest.mark.parametrize(
    "call",
    [
        "is_data_stale('acme-prise', 'a')",
        "touch_subscription('client', 'acme-prise', 'a')",
        "check_and_queue_stale_batch('acme-prise')",
    ],
)
def test_an_unregistered_data_type_is_refused(queue, call):
    with pytest.raises(psycopg.Error, match='"acme-prise" is not registered') as refused:
        queue.execute(f"select sync.{call}")
    assert refused.value.sqlstate == "MD201"


def test_what_is_due_is_queued_once(queue, rows):
    add(queue, "due")
    add(queue, "not due", due="infinity")
    query = "select sync.check_and_queue_stale_batch()"
    assert queue.execute(query).fetchone() == (1,)
    assert queue.execute(query).fetchone() == (0,)
    assert queued(rows) == {"due": 100}


def test_a_batch_can_be_of_one_data_type_and_tier(quotes, rows):
    add(quotes, "A", tier="hot", data_type="quote")
    add(quotes, "B", tier="warm", data_type="quote")
    add(quotes, "c", tier="hot", data_type="stockx-market-data")
    query = "select sync.check_and_queue_stale_batch('quote', 'hot')"
    assert quotes.execute(query).fetchone() == (1,)
    assert list(queued(rows)) == ["A"]
    assert quotes.execute("select sync.check_and_queue_stale_batch()").fetchone() == (2,)


def test_a_batch_has_a_limit_and_takes_the_longest_overdue(queue, rows):
    add(queue, "new", due="2026-01-03")
    add(queue, "old", due="2026-01-01")
    add(queue, "middle", due="2026-01-02")
    query = "select sync.check_and_queue_stale_batch(p_max_jobs => 2)"
    assert queue.execute(query).fetchone() == (2,)
    assert list(queued(rows)) == ["middle", "old"]
    assert queue.execute(query).fetchone() == (1,)


def test_an_unknown_tier_is_refused(queue):
    with pytest.raises(psycopg.Error, match='"tepid" is not known') as refused:
        queue.execute("select sync.check_and_queue_stale_batch(null, 'tepid')")
    assert refused.value.sqlstate == "22023"


def test_a_disabled_data_type_is_not_queued(queue):
    add(queue, "due")
    queue.execute("select sync.touch_subscription('client', 'acme-price', 'due')")
    queue.execute("update sync.data_type_registry set is_enabled = false")
    assert queue.execute(
        "select sync.check_and_queue_stale_batch(), sync.queue_scheduled_refreshes(), "
        "sync.check_and_queue_stale_data_from_presence()"
    ).fetchone() == (0, 0, 0)


def test_scheduled_data_types_are_queued_by_the_schedule_alone(quotes, rows, claim):
    add(quotes, "123", data_type="awin-feed")
    assert quotes.execute("select sync.check_and_queue_stale_batch()").fetchone() == (0,)
    assert quotes.execute("select sync.queue_scheduled_refreshes()").fetchone() == (1,)
    quotes.execute("select sync.complete_jobs(array[%s])", [claim()[0]["receipt"]])
    assert quotes.execute("select sync.queue_scheduled_refreshes()").fetchone() == (0,)
    assert rows("select (due_at - fetched_at)::text as pause from sync.subjects") == [
        {"pause": "1 day"}
    ]


@pytest.mark.parametrize(("age", "count"), [(None, 1), ("59 minutes", 0), ("61 minutes", 1)])
def test_what_somebody_looks_at_counts_as_hot_and_goes_first(queue, rows, age, count):
    add(queue, "seen", age=age, due="infinity")
    add(queue, "not seen", age=age, due="infinity")
    queue.execute("select sync.touch_subscription('client', 'acme-price', 'seen')")
    queue.execute("select sync.touch_subscription('another', 'acme-price', 'seen')")
    query = "select sync.check_and_queue_stale_data_from_presence()"
    assert queue.execute(query).fetchone() == (count,)
    assert queued(rows) == ({"seen": 200} if count else {})
    assert queue.execute(query).fetchone() == (0,)


def test_a_look_ends_unless_it_is_repeated(queue):
    touch = "select sync.touch_subscription('client', 'acme-price', 'a', %s)"
    check = "select sync.check_and_queue_stale_data_from_presence()"
    queue.execute(touch, ["-1 s"])
    assert queue.execute(check).fetchone() == (0,)
    queue.execute(touch, ["90 s"])
    assert queue.execute(check).fetchone() == (1,)


def test_a_look_does_not_revive_a_subject_that_was_just_given_up(queue):
    add(queue, "broken", due="infinity", failures=1)
    queue.execute("select sync.touch_subscription('client', 'acme-price', 'broken')")
    check = "select sync.check_and_queue_stale_data_from_presence()"
    assert queue.execute(check).fetchone() == (0,)
    queue.execute("update sync.subjects set due_at = now()")
    assert queue.execute(check).fetchone() == (1,)


def test_a_look_registers_a_subject_that_nobody_knew(queue, rows):
    queue.execute("select sync.touch_subscription('client', 'acme-price', 'new')")
    assert rows("select subject, tier from sync.subjects") == [{"subject": "new", "tier": "cold"}]


def test_sixteen_checks_queue_each_subject_once(queue, in_parallel):
    for number in range(100):
        add(queue, f"subject-{number}")
        queue.execute(f"select sync.touch_subscription('c', 'acme-price', 'subject-{number}')")
    checks = [
        "select sync.check_and_queue_stale_batch()",
        "select sync.check_and_queue_stale_data_from_presence()",
    ]
    counts = in_parallel(
        16, lambda connection, number: connection.execute(checks[number % 2]).fetchone()[0]
    )
    assert sum(counts) == 100
    assert queue.execute("select count(*) from sync.api_call_queue").fetchone() == (100,)
