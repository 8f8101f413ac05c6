"""sync.reserve_api_calls and is_quota_exceeded: no window is ever exceeded."""

import psycopg
import pytest


@pytest.fixture
def limited(queue):
    """Allow acme 10 calls a minute and 15 a day."""
    queue.execute(
        "select sync.register_provider('acme', 'Acme', 'http://acme.test', 5, %s)",
        ['{"1 minute": 10, "1 day": 15}'],
    )
    return queue


def reserve(db, calls):
    return db.execute("select sync.reserve_api_calls('acme', %s)", [calls]).fetchone()[0]


def is_exceeded(db):
    return db.execute("select sync.is_quota_exceeded('acme')").fetchone()[0]


def test_what_is_left_is_granted_and_no_more(limited):
    assert [reserve(limited, 4), reserve(limited, 4)] == [4, 4]
    assert not is_exceeded(limited)
    assert [reserve(limited, 4), reserve(limited, 4)] == [2, 0]
    assert is_exceeded(limited)


def test_the_windows_slide_and_each_of_them_counts(limited):
    assert reserve(limited, 10) == 10
    limited.execute("update sync.api_data_usage set used_at = used_at - interval '59 seconds'")
    assert is_exceeded(limited)
    limited.execute("update sync.api_data_usage set used_at = used_at - interval '2 seconds'")
    assert not is_exceeded(limited)
    assert reserve(limited, 10) == 5
    limited.execute("update sync.api_data_usage set used_at = used_at - interval '1 day'")
    assert reserve(limited, 10) == 10


def test_without_a_quota_everything_is_granted_and_counted(queue):
    assert reserve(queue, 1000) == 1000
    assert not is_exceeded(queue)
    assert queue.execute("select sum(calls) from sync.api_data_usage").fetchone() == (1000,)


def test_a_provider_that_allows_nothing_gets_nothing(limited):
    limited.execute("update sync.provider_quotas set max_calls = 0")
    assert reserve(limited, 1) == 0
    assert is_exceeded(limited)


def test_an_unknown_provider_is_refused(queue):
    for call in ("reserve_api_calls('acne', 1)", "is_quota_exceeded('acne')"):
        with pytest.raises(psycopg.Error, match='"acne" is not registered') as refused:
            queue.execute(f"select sync.{call}")
        assert refused.value.sqlstate == "MD204"


@pytest.mark.parametrize("calls", [0, -1, None])
def test_less_than_one_call_is_refused(queue, calls):
    with pytest.raises(psycopg.Error) as refused:
        reserve(queue, calls)
    assert refused.value.sqlstate == "22023"


def test_twenty_callers_together_get_exactly_the_quota(limited, in_parallel):
    limited.execute("update sync.provider_quotas set max_calls = 101")
    granted = in_parallel(
        20, lambda connection, _: [reserve(connection, calls) for calls in (1, 2, 5)]
    )
    assert sum(sum(calls) for calls in granted) == 101
    assert limited.execute("select sum(calls) from sync.api_data_usage").fetchone() == (101,)
