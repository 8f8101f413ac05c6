"""sync.enqueue: one open job per subject, in any race."""

import random

import psycopg
import pytest


def test_each_subject_gets_one_waiting_job(queue, rows):
    queued = queue.execute("select sync.enqueue('acme-price', array['a', 'b', 'a'])").fetchone()
    assert queued == (2,)
    jobs = rows(
        "select subject, state, attempt, priority from sync.api_call_queue order by subject"
    )
    assert jobs == [
        {"subject": "a", "state": "waiting", "attempt": 0, "priority": 100},
        {"subject": "b", "state": "waiting", "attempt": 0, "priority": 100},
    ]


def test_an_open_job_is_left_alone(queue, claim):
    queue.execute("select sync.enqueue('acme-price', array['waits', 'runs'], 200)")
    queue.execute("update sync.api_call_queue set priority = 300 where subject = 'runs'")
    assert [job["subject"] for job in claim(size=1)] == ["runs"]
    query = "select sync.enqueue('acme-price', array['waits', 'runs', 'new'])"
    assert queue.execute(query).fetchone() == (1,)


def test_a_finished_job_makes_room_for_the_next(queue, claim):
    queue.execute("select sync.enqueue('acme-price', array['a'])")
    queue.execute("select sync.complete_jobs(%s)", [[job["receipt"] for job in claim()]])
    assert queue.execute("select sync.enqueue('acme-price', array['a'])").fetchone() == (1,)


def test_priority_and_start_are_those_of_the_call(queue, rows):
    queue.execute("select sync.enqueue('acme-price', array['a'], 7, '2040-01-02 00:00+00')")
    assert rows(
        "select priority, run_at = '2040-01-02 00:00+00' as is_then from sync.api_call_queue"
    ) == [{"priority": 7, "is_then": True}]


def test_an_unregistered_data_type_is_refused(queue):
    with pytest.raises(psycopg.Error, match='"acme-prise" is not registered') as refused:
        queue.execute("select sync.enqueue('acme-prise', array['a'])")
    assert refused.value.sqlstate == "MD201"


def test_a_disabled_data_type_is_refused(queue):
    queue.execute("update sync.data_type_registry set is_enabled = false")
    with pytest.raises(psycopg.Error, match='"acme-price" is disabled') as refused:
        queue.execute("select sync.enqueue('acme-price', array['a'])")
    assert refused.value.sqlstate == "MD202"


@pytest.mark.parametrize("subject", ["", "  ", None])
def test_an_empty_subject_is_refused(queue, subject):
    with pytest.raises(psycopg.Error) as refused:
        queue.execute("select sync.enqueue('acme-price', %s::text[])", [["a", subject]])
    assert refused.value.sqlstate == "22023"


def test_nothing_to_queue_is_no_error(queue):
    query = "select sync.enqueue('acme-price', '{}'), sync.enqueue('acme-price', null)"
    assert queue.execute(query).fetchone() == (0, 0)


def test_sixteen_enqueuers_make_one_job_per_subject_and_do_not_deadlock(queue, in_parallel):
    subjects = [f"subject-{number}" for number in range(300)]

    def enqueue(connection, number):
        own = random.Random(number).sample(subjects, 200)
        query = "select sync.enqueue('acme-price', %s)"
        return sum(connection.execute(query, [own]).fetchone()[0] for _ in range(3))

    queued = in_parallel(16, enqueue)
    counts = """
        select count(*), count(distinct subject), (select count(*) from sync.queue_keys)
        from sync.api_call_queue
    """
    jobs, distinct, keys = queue.execute(counts).fetchone()
    assert sum(queued) == jobs == distinct == keys
    assert distinct >= 200
