"""sync.record_response: answer, subject and job change together, or not at all."""

import json

import psycopg
import pytest

ANSWER = json.dumps([{"symbol": "AAPL", "name": "Apple", "price": 187.25}])
NOTHING = {"accepted": 0, "unchanged": 0, "rejected": 0}


@pytest.fixture
def receipt(quotes, claim):
    """Claim a quote of AAPL, a hot subject, and return its receipt."""
    quotes.execute(
        "insert into sync.subjects (data_type, subject, tier) values ('quote', 'AAPL', 'hot')"
    )
    quotes.execute("select sync.enqueue('quote', array['AAPL'])")
    return claim()[0]["receipt"]


def record(db, receipt, status, payload=ANSWER, *more):
    places = ", ".join(["%s"] * len(more))
    query = f"select sync.record_response(%s, %s, %s::jsonb{', ' if more else ''}{places})"
    return db.execute(query, [receipt, status, payload, *more]).fetchone()[0]


def test_an_answer_is_ingested_and_ends_the_job(quotes, receipt, rows):
    assert record(quotes, receipt, 200, ANSWER, 77) == {"state": "done", **NOTHING, "accepted": 1}
    assert rows("select symbol, price_cents from equities.live_quote_indicators") == [
        {"symbol": "AAPL", "price_cents": 18725}
    ]
    assert rows("select state, http_status, response_bytes from sync.api_call_queue") == [
        {"state": "done", "http_status": 200, "response_bytes": 77}
    ]
    assert rows("select (due_at - fetched_at)::text as life from sync.subjects") == [
        {"life": "00:01:00"}
    ]
    assert rows("select provider, bytes from sync.api_data_usage where bytes > 0") == [
        {"provider": "fmp", "bytes": 77}
    ]


def test_the_parser_is_told_what_was_asked_for(quotes, claim, rows):
    quotes.execute("select sync.enqueue('alias-availabilities', array['a-shoe'])")
    record(quotes, claim()[0]["receipt"], 200, '{"variants": []}')
    assert rows("select context from integration.raw_snapshots") == [
        {
            "context": {
                "currency": "USD",
                "subject": "a-shoe",
                "data_type": "alias-availabilities",
            }
        }
    ]


def test_an_answer_is_recorded_once(quotes, receipt, rows):
    record(quotes, receipt, 200)
    assert record(quotes, receipt, 200) == {"state": "stale", **NOTHING}
    assert rows("select count(*) from integration.raw_snapshots") == [{"count": 1}]


def test_an_answer_that_comes_after_the_lease_changes_nothing(quotes, receipt, claim, rows):
    quotes.execute("update sync.api_call_queue set leased_until = now() - interval '1 second'")
    quotes.execute("select sync.recover_stuck_jobs()")
    assert len(claim(worker="second")) == 1
    assert record(quotes, receipt, 200) == {"state": "stale", **NOTHING}
    assert rows("select count(*) from integration.raw_snapshots") == [{"count": 0}]


def test_an_answer_that_cannot_be_read_is_kept_and_counted(quotes, receipt, rows):
    assert record(quotes, receipt, 200, '[{"symbol": "AAPL"}]') == {
        "state": "done",
        **NOTHING,
        "rejected": 1,
    }
    assert rows("select payload_kind from integration.rejected_payloads") == [
        {"payload_kind": "quote"}
    ]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503, 599])
def test_a_failure_that_may_pass_is_tried_again(quotes, receipt, rows, status):
    outcome = record(quotes, receipt, status, None, 5, "slow down", "2 hours")
    assert outcome == {"state": "waiting", **NOTHING}
    assert rows(
        "select error, http_status, run_at > now() + interval '1 hour' as is_later "
        "from sync.api_call_queue"
    ) == [{"error": f"HTTP {status}: slow down", "http_status": status, "is_later": True}]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
def test_any_other_failure_ends_the_job_at_once(quotes, receipt, rows, status):
    assert record(quotes, receipt, status, '{"message": "no"}') == {"state": "dead", **NOTHING}
    assert rows("select last_error, failures from sync.subjects") == [
        {"last_error": f'HTTP {status}: {{"message": "no"}}', "failures": 1}
    ]


@pytest.mark.parametrize(("status", "said"), [(204, "HTTP 204"), (None, "HTTP status unknown")])
def test_an_answer_without_payload_is_tried_again(quotes, receipt, rows, status, said):
    assert record(quotes, receipt, status, None) == {"state": "waiting", **NOTHING}
    assert rows("select error from sync.api_call_queue") == [{"error": f"{said}: no payload"}]


def test_what_ingest_refuses_leaves_everything_as_it_was(quotes, receipt, rows):
    quotes.execute("update sync.data_type_registry set payload_kind = 'nonsense'")
    with pytest.raises(psycopg.Error) as refused:
        record(quotes, receipt, 200, ANSWER, 77)
    assert refused.value.sqlstate == "MD101"
    assert rows("select state, http_status from sync.api_call_queue") == [
        {"state": "running", "http_status": None}
    ]
    assert rows("select sum(bytes) as bytes from sync.api_data_usage") == [{"bytes": 0}]


def test_only_one_of_many_equal_answers_is_recorded(receipt, in_parallel):
    outcomes = in_parallel(8, lambda connection, _: record(connection, receipt, 200)["state"])
    assert sorted(outcomes) == ["done"] + ["stale"] * 7
