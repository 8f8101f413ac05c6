"""sync.fail_job and retry_delay: back off, believe Retry-After, give up in the end."""

import pytest


@pytest.fixture
def receipt(queue, claim):
    """Claim the only job, of a warm subject, and return its receipt."""
    queue.execute(
        "insert into sync.subjects (data_type, subject, tier) values ('acme-price', 'a', 'warm')"
    )
    queue.execute("select sync.enqueue('acme-price', array['a'])")
    return claim()[0]["receipt"]


def fail(db, receipt, retry_after=None, is_permanent=False):
    """Fail the job; return its state and the seconds until it starts again."""
    with db.transaction():
        state = db.execute(
            "select sync.fail_job(%s, 'it broke', %s::interval, %s)",
            [receipt, retry_after, is_permanent],
        ).fetchone()[0]
        delay = db.execute("select extract(epoch from run_at - now()) from sync.api_call_queue")
        return state, delay.fetchone()[0]


def test_the_delay_doubles_up_to_an_hour_and_is_random_in_its_upper_half(db):
    bounds = {1: (5, 10), 2: (10, 20), 3: (20, 40), 9: (1280, 2560), 10: (1800, 3600)}
    bounds[1000] = bounds[10]
    query = """
        select
            extract(epoch from sync.retry_delay(%(attempt)s, 0)),
            extract(epoch from sync.retry_delay(%(attempt)s, 1))
    """
    found = {attempt: db.execute(query, {"attempt": attempt}).fetchone() for attempt in bounds}
    assert found == bounds


def test_the_delay_differs_from_job_to_job(db):
    query = "select count(distinct sync.retry_delay(3)) from generate_series(1, 50)"
    assert db.execute(query).fetchone()[0] > 25


def test_a_failed_job_waits_within_the_bounds_of_its_attempt(queue, receipt, claim, rows):
    state, delay = fail(queue, receipt)
    assert state == "waiting"
    assert 5 <= delay <= 10
    assert rows("select state, error, leased_until from sync.api_call_queue") == [
        {"state": "waiting", "error": "it broke", "leased_until": None}
    ]
    queue.execute("update sync.api_call_queue set run_at = now()")
    state, delay = fail(queue, claim()[0]["receipt"])
    assert state == "waiting"
    assert 10 <= delay <= 20


def test_a_failed_job_keeps_its_key(queue, receipt):
    fail(queue, receipt)
    assert queue.execute("select sync.enqueue('acme-price', array['a'])").fetchone() == (0,)


@pytest.mark.parametrize(
    ("retry_after", "expected"), [("90 seconds", 90), ("3 hours", 10800), ("10 years", 86400)]
)
def test_a_provider_that_says_when_is_believed_within_a_day(queue, receipt, retry_after, expected):
    assert fail(queue, receipt, retry_after) == ("waiting", expected)


@pytest.mark.parametrize("retry_after", ["0", "1 second", "-1 hour"])
def test_a_shorter_wish_does_not_shorten_the_back_off(queue, receipt, retry_after):
    _, delay = fail(queue, receipt, retry_after)
    assert 5 <= delay <= 10


def test_the_last_attempt_ends_the_job_and_puts_its_subject_off(queue, receipt, rows):
    queue.execute("update sync.data_type_registry set max_attempts = 1")
    with queue.transaction():
        assert fail(queue, receipt)[0] == "dead"
        (subject,) = rows(
            "select failures, last_error, fetched_at, (due_at - now())::text as off "
            "from sync.subjects"
        )
    assert subject == {
        "failures": 1,
        "last_error": "it broke",
        "fetched_at": None,
        "off": "06:00:00",
    }
    assert rows("select state, finished_at is null as is_open from sync.api_call_queue") == [
        {"state": "dead", "is_open": False}
    ]
    assert queue.execute("select sync.check_and_queue_stale_batch()").fetchone() == (0,)
    assert queue.execute("select sync.enqueue('acme-price', array['a'])").fetchone() == (1,)


def test_each_death_in_a_row_doubles_the_time_off_up_to_sixteen_times(queue, receipt, claim, rows):
    hours = []
    for _ in range(6):
        with queue.transaction():
            assert fail(queue, receipt, is_permanent=True)[0] == "dead"
            hours += rows(
                "select extract(epoch from due_at - now()) / 3600 as off from sync.subjects"
            )
        queue.execute("truncate sync.api_call_queue")
        queue.execute("select sync.enqueue('acme-price', array['a'])")
        receipt = claim()[0]["receipt"]
    assert [row["off"] for row in hours] == [6, 12, 24, 48, 96, 96]


def test_a_permanent_failure_ends_the_job_at_once(queue, receipt):
    assert fail(queue, receipt, is_permanent=True)[0] == "dead"


def test_a_stale_receipt_fails_nothing(queue, receipt, claim, rows):
    fail(queue, receipt)
    queue.execute("update sync.api_call_queue set run_at = now()")
    assert claim(worker="second")[0]["attempt"] == 2
    assert fail(queue, receipt)[0] == "stale"
    assert rows("select state, worker from sync.api_call_queue") == [
        {"state": "running", "worker": "second"}
    ]
