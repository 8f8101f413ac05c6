"""sync.complete_jobs, heartbeat, release_jobs: what a good receipt does, and a stale one not."""

import psycopg
import pytest


@pytest.fixture
def claimed(queue, claim):
    """Claim jobs for the subjects a and b, and return them."""
    queue.execute("insert into sync.subjects (data_type, subject) values ('acme-price', 'a')")
    queue.execute("select sync.enqueue('acme-price', array['a', 'b'])")
    return claim(worker="first")


def take_over(db, claim):
    """Let the leases run out, and claim the jobs for another worker."""
    db.execute("update sync.api_call_queue set leased_until = now() - interval '1 second'")
    db.execute("select sync.recover_stuck_jobs()")
    return claim(worker="second")


def receipts(jobs):
    return [job["receipt"] for job in jobs]


def complete(rows, jobs):
    return rows("select * from sync.complete_jobs(%s)", receipts(jobs))[0]


def test_a_completed_job_is_done_and_its_subject_fresh(queue, claimed, rows):
    queue.execute("update sync.subjects set tier = 'hot', failures = 3, last_error = 'old'")
    assert complete(rows, claimed) == {"completed": 2, "stale": 0}
    assert rows(
        "select distinct state, leased_until, finished_at is null as is_open "
        "from sync.api_call_queue"
    ) == [{"state": "done", "leased_until": None, "is_open": False}]
    assert rows("select * from sync.queue_keys") == []
    (subject,) = rows(
        "select (due_at - fetched_at)::text as life, failures, last_error from sync.subjects"
    )
    assert subject == {"life": "01:00:00", "failures": 0, "last_error": None}


def test_a_receipt_works_once(claimed, rows):
    assert complete(rows, [claimed[0], claimed[0]]) == {"completed": 1, "stale": 0}
    assert complete(rows, claimed) == {"completed": 1, "stale": 1}


def test_the_receipt_of_a_lost_lease_completes_nothing(queue, claimed, claim, rows):
    second = take_over(queue, claim)
    assert complete(rows, claimed) == {"completed": 0, "stale": 2}
    assert rows("select distinct state, worker from sync.api_call_queue") == [
        {"state": "running", "worker": "second"}
    ]
    assert complete(rows, second) == {"completed": 2, "stale": 0}


def test_the_receipt_of_a_lost_lease_is_stale_even_before_anybody_claims(queue, claimed, rows):
    queue.execute("update sync.api_call_queue set leased_until = now() - interval '1 second'")
    queue.execute("select sync.recover_stuck_jobs()")
    assert complete(rows, claimed) == {"completed": 0, "stale": 2}


@pytest.mark.parametrize(
    "call",
    [
        "complete_jobs(array[%s::text])",
        "heartbeat(array[%s::text])",
        "release_jobs(array[%s::text])",
        "fail_job(%s::text, 'error')",
        "record_response(%s::text, 200, '[]')",
    ],
)
def test_a_malformed_receipt_is_refused(db, call):
    for receipt in ("", "1", "1:", "a:1", "1:-1", "9999999999999999999:1", None):
        with pytest.raises(psycopg.Error, match="is malformed") as refused:
            db.execute(f"select sync.{call}", [receipt])
        assert refused.value.sqlstate == "MD203"


@pytest.mark.usefixtures("queue")
def test_a_receipt_for_no_job_at_all_is_stale(rows):
    assert complete(rows, [{"receipt": "1:1"}]) == {"completed": 0, "stale": 1}


def test_sixteen_completers_complete_each_job_once(queue, claim, in_parallel):
    queue.execute(
        "select sync.enqueue('acme-price', array_agg('s' || n)) from generate_series(1, 200) as n"
    )
    wanted = receipts(claim(size=200))

    def complete_all(connection, number):
        own = wanted if number % 2 else wanted[::-1]
        return connection.execute("select * from sync.complete_jobs(%s)", [own]).fetchone()

    done = in_parallel(16, complete_all)
    assert sum(completed for completed, _ in done) == 200
    assert all(completed + stale == 200 for completed, stale in done)


def test_a_heartbeat_extends_the_lease_of_a_good_receipt_only(queue, claimed, claim, rows):
    query = "select * from sync.heartbeat(%s, interval '1 hour')"
    assert rows(query, receipts(claimed)) == [{"extended": 2, "stale": 0}]
    lease = "select min(leased_until) > now() + interval '50 minutes' from sync.api_call_queue"
    assert queue.execute(lease).fetchone() == (True,)
    take_over(queue, claim)
    assert rows(query, receipts(claimed)) == [{"extended": 0, "stale": 2}]
    assert queue.execute(lease).fetchone() == (False,)


def test_a_released_job_can_be_claimed_at_once_but_not_by_its_old_receipt(claimed, claim, rows):
    query = "select sync.release_jobs(%s) as released"
    assert rows(query, receipts(claimed)) == [{"released": 2}]
    again = claim(worker="second")
    assert [job["attempt"] for job in again] == [2, 2]
    assert rows(query, receipts(claimed)) == [{"released": 0}]
    assert complete(rows, again) == {"completed": 2, "stale": 0}
