"""The worker: against a provider that misbehaves, a database that goes, and signals."""

import asyncio
import contextlib
import gzip
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from toolkit import worker
from toolkit.worker import Pacer, Settings, Worker, read_retry_after

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def provider(quotes, stub):
    """Let the stub stand for FMP, without a limit worth the name; return it."""
    quotes.execute("select sync.seed_registry(jsonb_build_object('fmp', %s::text))", [stub.url])
    quotes.execute("update sync.providers set requests_per_second = 1000")
    return stub


def enqueue(db, *subjects, data_type="quote"):
    db.execute("select sync.enqueue(%s, %s)", [data_type, list(subjects)])


def work(dsn, said=None, **settings):
    """Work until idle, or as the settings say; return the counts."""
    wanted = {"concurrency": 4, "until_idle": True, "poll_seconds": 0.05, **settings}
    say = said.append if said is not None else lambda _: None
    working = Worker(dsn, lambda text: text, Settings("test", **wanted), say)
    return dict(asyncio.run(working.run()))


def symbol_of(path):
    return path.partition("symbol=")[2]


def jobs(rows):
    found = rows("select subject, state, attempt, error from sync.api_call_queue order by subject")
    return {row["subject"]: row for row in found}


def test_jobs_are_sent_and_their_answers_recorded(db, dsn, provider, quote, rows):
    provider.reply = lambda path: (200, {}, quote(symbol_of(path), 187.25))
    enqueue(db, "AAPL", "MSFT", "BRK-B")
    assert work(dsn) == {"done": 3}
    assert sorted(provider.paths) == [
        f"/stable/quote?symbol={symbol}" for symbol in ("AAPL", "BRK-B", "MSFT")
    ]
    assert rows("select symbol, price_cents from equities.live_quote_indicators order by 1") == [
        {"symbol": symbol, "price_cents": 18725} for symbol in ("AAPL", "BRK-B", "MSFT")
    ]


def test_each_status_ends_the_job_as_it_should(db, dsn, provider, quote, rows):
    replies = {
        "GOOD": (200, {}, quote("GOOD", 1)),
        "GONE": (404, {}, b'{"message": "no such symbol"}'),
        "BUSY": (503, {}, b"<html>busy \x00\xff</html>"),
        "SLOW": (429, {"Retry-After": "7200"}, b""),
        "VOID": (204, {}, b""),
        "ELSE": (302, {"Location": "/elsewhere"}, b""),
    }
    provider.reply = lambda path: replies[symbol_of(path)]
    enqueue(db, *replies)
    assert work(dsn) == {"done": 1, "dead": 2, "waiting": 3}
    found = jobs(rows)
    assert found["GONE"]["error"] == 'HTTP 404: {"message": "no such symbol"}'
    assert found["BUSY"]["error"] == "HTTP 503: <html>busy \N{REPLACEMENT CHARACTER}</html>"
    assert found["VOID"]["error"] == "HTTP 204: no payload"
    assert found["ELSE"]["state"] == "dead"
    later = "select subject from sync.api_call_queue where run_at > now() + interval '119 minutes'"
    assert rows(later) == [{"subject": "SLOW"}]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>login</html>", "the answer is not JSON"),
        (b'[{"symbol": "AAPL", "pri', "the answer is not JSON"),
        (b"\xff\xfe\xfd", "can't decode byte"),
        (b"[" * 200_000, "recursion"),
        (b"[1" + b"0" * 5000 + b"]", "the answer is not JSON"),
        (b'[{"symbol": "A\\u0000"}]', "cannot be recorded"),
        (b'[{"symbol": "A\\ud800"}]', "cannot be recorded"),
        (b'[{"symbol": "A", "price": NaN}]', "cannot be recorded"),
    ],
)
def test_an_answer_that_is_no_json_fails_the_job_and_no_more(
    db, dsn, provider, quote, rows, body, said
):
    provider.reply = lambda path: (200, {}, quote("GOOD", 1) if "GOOD" in path else body)
    enqueue(db, "BAD", "GOOD")
    assert work(dsn) == {"waiting": 1, "done": 1}
    bad = jobs(rows)["BAD"]
    assert bad["state"] == "waiting"
    assert said in bad["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Length": "100", "Connection": "close"},
        {"Content-Length": "many"},
        {"Retry-After": "a while"},
    ],
)
def test_a_response_that_breaks_http_fails_the_job_and_no_more(db, dsn, provider, rows, headers):
    provider.reply = lambda _: (503, headers, b"broken")
    enqueue(db, "AAPL")
    assert work(dsn, request_seconds=5) == {"waiting": 1}
    assert jobs(rows)["AAPL"]["error"]


def test_a_provider_that_does_not_answer_is_not_waited_for_for_ever(db, dsn, provider, rows):
    is_over = threading.Event()
    provider.reply = lambda _: (is_over.wait(30) and 200, {}, b"")
    enqueue(db, "AAPL")
    assert work(dsn, request_seconds=0.2) == {"waiting": 1}
    is_over.set()
    assert jobs(rows)["AAPL"]["error"] == "the provider did not answer in time"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://a b", "http://["])
@pytest.mark.usefixtures("provider")
def test_a_provider_that_cannot_be_reached_fails_the_job_and_no_more(db, dsn, rows, url):
    db.execute("update sync.providers set base_url = %s", [url])
    enqueue(db, "AAPL")
    assert work(dsn) == {"waiting": 1}
    assert jobs(rows)["AAPL"]["error"]


def test_a_subject_that_cannot_stand_in_a_header_fails_its_job_and_no_more(
    db, dsn, provider, quote, rows
):
    provider.reply = lambda path: (200, {}, quote(symbol_of(path), 1))
    db.execute(
        "update sync.data_type_registry "
        'set request = request || \'{"headers": {"X-Symbol": "{subject}"}}\''
    )
    enqueue(db, "A\nX-Evil: 1", "Ä", "GOOD")
    assert work(dsn) == {"waiting": 2, "done": 1}
    assert jobs(rows)["GOOD"]["state"] == "done"


def test_an_answer_without_end_is_cut_off(db, dsn, provider, rows, monkeypatch):
    monkeypatch.setattr(worker, "LARGEST_ANSWER_BYTES", 1000)
    provider.reply = lambda _: (200, {}, b"[" + b" " * 2000 + b"]")
    enqueue(db, "AAPL")
    assert work(dsn) == {"waiting": 1}
    assert "larger than 1000 bytes" in jobs(rows)["AAPL"]["error"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_feed_in_csv_is_recorded_as_an_array_of_its_rows(db, dsn, stub, quotes, rows, pack):
    quotes.execute("select sync.seed_registry(jsonb_build_object('awin', %s::text))", [stub.url])
    feed = '\ufeffaw_product_id,product_name\r\n1,"Größe, ""neu"""\r\n2,x\r\n'
    stub.reply = lambda _: (200, {}, pack(feed.encode()))
    enqueue(db, "42", data_type="awin-feed")
    assert work(dsn) == {"done": 1}
    assert rows("select payload from integration.raw_snapshots") == [
        {
            "payload": [
                {"aw_product_id": "1", "product_name": 'Größe, "neu"'},
                {"aw_product_id": "2", "product_name": "x"},
            ]
        }
    ]


def test_a_feed_that_is_broken_or_a_bomb_fails_the_job(db, dsn, stub, quotes, rows, monkeypatch):
    quotes.execute("select sync.seed_registry(jsonb_build_object('awin', %s::text))", [stub.url])
    quotes.execute("update sync.providers set requests_per_second = 1000")
    monkeypatch.setattr(worker, "LARGEST_ANSWER_BYTES", 100_000)
    packed = gzip.compress(b"a,b\n" * 1_000_000)
    bodies = {"torn": packed[:-20], "bomb": packed, "quote": b'a,b\n"1,2\n'}
    stub.reply = lambda path: (200, {}, bodies[path.split("/")[6]])
    enqueue(db, *bodies, data_type="awin-feed")
    assert work(dsn) == {"waiting": 3}
    assert "unpacked" in jobs(rows)["bomb"]["error"]


def test_what_ingest_refuses_fails_the_job_with_its_reason(db, dsn, provider, quote, rows):
    db.execute("update sync.data_type_registry set payload_kind = 'nonsense'")
    provider.reply = lambda _: (200, {}, quote("AAPL", 1))
    enqueue(db, "AAPL")
    assert work(dsn) == {"waiting": 1}
    assert "there is no parser for fmp nonsense" in jobs(rows)["AAPL"]["error"]


def test_as_many_requests_are_under_way_as_wanted_and_no_more(db, dsn, provider, quote):
    together = threading.Barrier(3)
    under_way, most, lock = 0, 0, threading.Lock()

    def reply(path):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        together.wait(30)  # breaks, and fails the job, unless three are here
        with lock:
            under_way -= 1
        return 200, {}, quote(symbol_of(path), 1)

    provider.reply = reply
    enqueue(db, *(f"S{number}" for number in range(9)))
    assert work(dsn, concurrency=3) == {"done": 9}
    assert most == 3


def test_once_works_one_batch(db, dsn, provider, quote, rows):
    provider.reply = lambda path: (200, {}, quote(symbol_of(path), 1))
    enqueue(db, *(f"S{number}" for number in range(5)))
    assert work(dsn, concurrency=2, is_once=True) == {"done": 2}
    assert sorted(job["state"] for job in jobs(rows).values()) == ["done"] * 2 + ["waiting"] * 3


def test_two_workers_share_the_jobs(db, dsn, provider, quote, rows):
    provider.reply = lambda path: (200, {}, quote(symbol_of(path), 1))
    enqueue(db, *(f"S{number}" for number in range(60)))
    running = [start_worker(dsn, "--until-idle") for _ in range(2)]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert rows("select distinct state, attempt from sync.api_call_queue") == [
        {"state": "done", "attempt": 1}
    ]
    assert len(provider.paths) == len(set(provider.paths)) == 60


class Clock:
    """Time that passes only where somebody waits, and a little too short at that."""

    def __init__(self):
        self.now = 1000.0
        self.is_stopping = False

    def __call__(self):
        return self.now

    async def stopped_within(self, seconds):
        if seconds > 0:
            self.now += max(0.9 * seconds, 0.001)
            await asyncio.sleep(0)
        return self.is_stopping


def test_requests_to_a_provider_are_never_closer_than_its_pace():
    clock = Clock()
    left = {"slow": [], "fast": []}

    async def send(pacer, provider, per_second):
        assert await pacer.turn(provider, per_second)
        left[provider].append(clock())

    async def send_all():
        pacer = Pacer(clock.stopped_within, clock)
        await asyncio.gather(
            *(send(pacer, "slow", 2) for _ in range(10)),
            *(send(pacer, "fast", 100) for _ in range(10)),
        )

    asyncio.run(send_all())
    for provider, least in (("slow", 0.5), ("fast", 0.01)):
        gaps = [
            after - before
            for before, after in zip(left[provider], left[provider][1:], strict=False)
        ]
        assert len(gaps) == 9
        assert min(gaps) >= least - 1e-9


def test_who_waits_for_a_turn_learns_that_the_worker_stops():
    clock = Clock()

    async def wait():
        pacer = Pacer(clock.stopped_within, clock)
        first = await pacer.turn("slow", 0.1)
        clock.is_stopping = True
        return first, await pacer.turn("slow", 0.1)

    assert asyncio.run(wait()) == (True, False)


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("120", timedelta(seconds=120)),
        ("Sun, 01 Mar 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta()),
        ("-5", None),
        ("soon", None),
        ("9" * 30, None),
        ("9" * 5000, None),
        ("1.5", None),
    ],
)
def test_a_retry_after_header_is_read_or_left_alone(header, expected):
    assert read_retry_after(header, NOW) == expected


def start_worker(dsn, *options):
    """Start a worker as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "toolkit", "sync", "worker", *options],
        cwd=ROOT,
        env={**os.environ, "MDT_DSN": dsn, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def held(db, dsn, provider, quote):
    """Run a worker whose request for A is held up, while B waits for its turn.

    Yield the process, and the event that lets the provider answer.
    """
    arrived, answer = threading.Event(), threading.Event()

    def reply(path):
        arrived.set()
        answer.wait(30)
        return 200, {}, quote(symbol_of(path), 1)

    provider.reply = reply
    db.execute("update sync.providers set requests_per_second = 0.01")
    enqueue(db, "A", "B")
    process = start_worker(dsn, "--concurrency", "2")
    try:
        assert arrived.wait(30), process.communicate(timeout=5)
        yield process, answer
    finally:
        answer.set()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.communicate(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_worker_finish_what_was_sent_and_hand_back_the_rest(held, rows, number):
    process, answer = held
    process.send_signal(number)
    assert "stopping" in process.stdout.readline()
    answer.set()
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert {name: job["state"] for name, job in jobs(rows).items()} == {"A": "done", "B": "waiting"}


def test_a_second_signal_hands_back_everything(held, rows):
    process, _ = held
    process.send_signal(signal.SIGTERM)
    assert "stopping" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert {name: job["state"] for name, job in jobs(rows).items()} == {
        "A": "waiting",
        "B": "waiting",
    }


def test_the_jobs_of_a_killed_worker_come_back_after_their_lease(db, dsn, held, rows, provider):
    process, answer = held
    process.kill()
    process.wait(30)
    answer.set()
    db.execute("update sync.providers set requests_per_second = 1000")
    assert {job["state"] for job in jobs(rows).values()} == {"running"}
    assert db.execute("select sync.recover_stuck_jobs()").fetchone() == (0,)
    db.execute("update sync.api_call_queue set leased_until = leased_until - interval '5 minutes'")
    assert db.execute("select sync.recover_stuck_jobs()").fetchone() == (2,)
    assert work(dsn) == {"done": 2}
    assert {job["attempt"] for job in jobs(rows).values()} == {2}
    assert len(provider.paths) == 3


def test_a_lost_connection_is_opened_again_and_no_answer_is_lost(db, dsn, provider, quote):
    def reply(path):
        with psycopg.connect(dsn, autocommit=True) as other:
            other.execute(
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
                "where application_name = 'mdt worker test' and datname = current_database()"
            )
        return 200, {}, quote(symbol_of(path), 1)

    provider.reply = reply
    enqueue(db, "AAPL", "MSFT")
    said = []
    assert work(dsn, said, concurrency=1) == {"done": 2}
    assert any("database:" in line for line in said)


def test_a_worker_that_cannot_claim_says_why_and_ends(db, dsn, provider, quote):
    provider.reply = lambda path: (200, {}, quote(symbol_of(path), 1))
    enqueue(db, "AAPL")
    db.execute("drop function sync.get_queue_batch")
    process = start_worker(dsn, "--until-idle")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "get_queue_batch" in output
    assert "Traceback" not in output


def test_a_secret_comes_from_the_environment_and_never_from_the_database(
    db, dsn, provider, quote, rows
):
    provider.reply = lambda path: (200, {}, quote(symbol_of(path), 1.0))
    enqueue(db, "AAPL")
    work(dsn)
    assert [headers["apikey"] for headers in provider.headers] == ["key-of-fmp"]
    stored = rows("select request::text as request from sync.data_type_registry")
    assert not any("key-of" in row["request"] for row in stored)


def test_a_secret_that_the_provider_repeats_is_not_kept(db, dsn, provider, rows, monkeypatch):
    monkeypatch.setenv("FMP_API_KEY", "key/of fmp")
    body = b"key key/of fmp (key%2Fof%20fmp) is blocked"
    provider.reply = lambda _: (401, {}, body)
    enqueue(db, "AAPL")
    work(dsn)
    [job] = rows("select error from sync.api_call_queue")
    assert job["error"] == "HTTP 401: key *** (***) is blocked"


@pytest.mark.usefixtures("provider")
def test_a_secret_that_is_not_set_fails_the_job_and_names_the_variable(db, dsn, rows, monkeypatch):
    monkeypatch.delenv("FMP_API_KEY")
    enqueue(db, "AAPL")
    work(dsn)
    assert rows("select state, error from sync.api_call_queue") == [
        {"state": "waiting", "error": "the environment variable FMP_API_KEY is not set"}
    ]


def test_until_empty_waits_for_what_is_to_be_tried_again(db, dsn, provider, quote, rows):
    answers = iter([(503, {}, b""), (200, {}, quote("AAPL", 1.0))])
    provider.reply = lambda _: next(answers)
    db.execute(
        "create or replace function sync.retry_delay(p_attempt integer, p_random float8 "
        "default random()) returns interval language sql as $$ select interval '0.3 s' $$"
    )
    enqueue(db, "AAPL")
    work(dsn, until_idle=False, until_empty=True, poll_seconds=0.1)
    assert rows("select state, attempt from sync.api_call_queue") == [
        {"state": "done", "attempt": 2}
    ]
