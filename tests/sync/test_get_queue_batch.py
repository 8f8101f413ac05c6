"""sync.get_queue_batch: every job to one worker, in order, within the quota."""

import psycopg
import pytest


def enqueue(db, *subjects, data_type="acme-price", priority=None):
    db.execute("select sync.enqueue(%s, %s, %s)", [data_type, list(subjects), priority])


def test_a_claim_says_what_to_send_and_how_to_end(queue, claim, rows):
    enqueue(queue, "a b")
    (job,) = claim(worker="one")
    assert job["request"]["url"] == "http://acme.test/prices/a%20b"
    assert (job["data_type"], job["subject"], job["attempt"]) == ("acme-price", "a b", 1)
    assert job["receipt"] == f"{job['job_id']}:1"
    (stored,) = rows("select id, state, worker, leased_until from sync.api_call_queue")
    assert stored == {
        "id": job["job_id"],
        "state": "running",
        "worker": "one",
        "leased_until": job["leased_until"],
    }


def test_the_highest_priority_goes_first_then_the_oldest(queue, claim):
    enqueue(queue, "low", priority=1)
    enqueue(queue, "old", priority=5)
    enqueue(queue, "new", priority=5)
    enqueue(queue, "high", priority=9)
    assert [job["subject"] for job in claim(size=3)] == ["high", "old", "new"]


def test_a_job_waits_for_its_time(queue, claim):
    queue.execute("select sync.enqueue('acme-price', array['a'], null, now() + interval '1 hour')")
    assert claim() == []
    queue.execute("update sync.api_call_queue set run_at = now()")
    assert len(claim()) == 1


def test_a_paused_provider_waits_until_it_is_resumed(queue, claim):
    enqueue(queue, "a")
    queue.execute("select sync.pause_provider('acme')")
    assert claim() == []
    queue.execute("select sync.resume_provider('acme')")
    assert len(claim()) == 1


def test_a_disabled_data_type_waits(queue, claim):
    enqueue(queue, "a")
    queue.execute("update sync.data_type_registry set is_enabled = false")
    assert claim() == []


def test_only_the_wanted_data_types_are_claimed(quotes, claim):
    enqueue(quotes, "AAPL", data_type="quote")
    enqueue(quotes, "abc", data_type="stockx-variants")
    assert [job["subject"] for job in claim(data_types=["stockx-variants"])] == ["abc"]


@pytest.mark.parametrize(("worker", "size"), [("", 1), (None, 1), ("one", 0), ("one", None)])
def test_a_claim_without_name_or_size_is_refused(queue, worker, size):
    with pytest.raises(psycopg.Error) as refused:
        queue.execute("select * from sync.get_queue_batch(%s, %s::integer)", [worker, size])
    assert refused.value.sqlstate == "22023"


def test_a_locked_job_is_skipped_and_not_waited_for(queue, claim, dsn):
    enqueue(queue, "a", "b")
    with psycopg.connect(dsn) as other:
        other.execute("select from sync.api_call_queue where subject = 'a' for update")
        queue.execute("set lock_timeout = '500ms'")
        assert [job["subject"] for job in claim()] == ["b"]


def test_sixteen_claimers_get_each_job_once(queue, in_parallel):
    enqueue(queue, *(f"subject-{number}" for number in range(400)))

    def claim_all(connection, number):
        found = []
        query = "select job_id from sync.get_queue_batch(%s, 7)"
        while batch := connection.execute(query, [f"worker-{number}"]).fetchall():
            found += [job_id for (job_id,) in batch]
        return found

    claimed = [job_id for found in in_parallel(16, claim_all) for job_id in found]
    assert len(claimed) == len(set(claimed)) == 400
    assert queue.execute("select max(attempt) from sync.api_call_queue").fetchone() == (1,)


def test_twenty_claimers_never_exceed_the_quota(queue, in_parallel):
    queue.execute(
        "select sync.register_provider('acme', 'Acme', 'http://acme.test', 5, '{\"1 day\": 50}')"
    )
    queue.execute("update sync.data_type_registry set calls_per_job = 3")
    enqueue(queue, *(f"subject-{number}" for number in range(100)))

    def claim_some(connection, number):
        query = "select job_id from sync.get_queue_batch(%s, 2)"
        return [connection.execute(query, [f"worker-{number}"]).rowcount for _ in range(3)]

    claimed = sum(sum(counts) for counts in in_parallel(20, claim_some))
    used = queue.execute("select sum(calls) from sync.api_data_usage").fetchone()[0]
    assert claimed == 16  # of three calls each: a seventeenth would be the 51st call
    assert used == 48


def test_a_provider_at_its_limit_does_not_stand_in_the_way_of_another(queue, claim):
    queue.execute(
        "select sync.register_provider('acme', 'Acme', 'http://acme.test', 5, '{\"1 day\": 2}')"
    )
    queue.execute("select sync.seed_registry()")
    enqueue(queue, "a", "b", "c", "d", priority=900)
    enqueue(queue, "AAPL", data_type="quote")
    assert [job["subject"] for job in claim(size=3)] == ["a", "b"]
    assert [job["subject"] for job in claim(size=2)] == ["AAPL"]


def test_a_transaction_that_cannot_see_other_reservations_is_refused(queue):
    enqueue(queue, "a")
    with pytest.raises(psycopg.Error) as refused, queue.transaction():
        queue.execute("set transaction isolation level repeatable read")
        queue.execute("select * from sync.get_queue_batch('one')")
    assert refused.value.sqlstate == "55000"
