"""sync.recover_stuck_jobs: what a lost worker held comes back."""

import psycopg
import pytest


@pytest.fixture
def stuck(queue, claim):
    """Claim a job and let its lease run out; return it."""
    queue.execute("select sync.enqueue('acme-price', array['a'])")
    (job,) = claim(worker="lost")
    queue.execute("update sync.api_call_queue set leased_until = now() - interval '1 second'")
    return job


def recover(db):
    return db.execute("select sync.recover_stuck_jobs()").fetchone()[0]


def test_a_job_comes_back_at_once_when_its_lease_has_run_out(queue, stuck, claim, rows):
    assert claim() == []
    assert recover(queue) == 1
    assert rows("select state, error from sync.api_call_queue") == [
        {"state": "waiting", "error": 'worker "lost" let its lease run out'}
    ]
    assert [job["receipt"] for job in claim()] == [f"{stuck['job_id']}:2"]


@pytest.mark.usefixtures("stuck")
def test_a_job_whose_lease_runs_is_left_alone(queue):
    queue.execute("update sync.api_call_queue set leased_until = now() + interval '1 second'")
    assert recover(queue) == 0


@pytest.mark.usefixtures("stuck")
def test_a_job_that_loses_every_worker_dies(queue):
    queue.execute("update sync.data_type_registry set max_attempts = 1")
    assert recover(queue) == 1
    assert queue.execute("select state from sync.api_call_queue").fetchone() == ("dead",)


def test_a_job_that_is_just_being_ended_is_not_waited_for(queue, stuck, dsn):
    with psycopg.connect(dsn) as worker:
        worker.execute("select sync.complete_jobs(array[%s])", [stuck["receipt"]])
        queue.execute("set lock_timeout = '500ms'")
        assert recover(queue) == 0
        worker.commit()
    assert queue.execute("select state from sync.api_call_queue").fetchone() == ("done",)


@pytest.mark.usefixtures("stuck")
def test_a_key_whose_job_went_with_its_partition_is_freed(queue):
    queue.execute("update sync.api_call_queue set leased_until = now() + interval '1 hour'")
    recover(queue)
    enqueue = "select sync.enqueue('acme-price', array['a'])"
    assert queue.execute(enqueue).fetchone() == (0,)
    queue.execute("delete from sync.api_call_queue")
    recover(queue)
    assert queue.execute(enqueue).fetchone() == (1,)
