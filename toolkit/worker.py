"""The worker: claims jobs, sends their requests, records the answers. The rules are in SQL."""

import asyncio
import csv
import gzip
import io
import json
import os
import re
import signal
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, NoReturn
from urllib.parse import quote, quote_plus

import httpx
import psycopg
from psycopg.rows import dict_row

from toolkit import __version__
from toolkit.errors import Failure

Say = Callable[[str], None]
Row = dict[str, Any]

LEASE = timedelta(minutes=5)
REQUEST_SECONDS = 60.0
CONNECT_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
KEPT_CHARACTERS = 500  # of an answer or an error
SECRET = re.compile(r"\{secret:(\w+)\}")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # between two tries to reach the database
REPORT_SECONDS = 10.0
# The transaction was in the way of others, and can simply be repeated.
REPEATED = {"40001", "40P01", "55P03"}
# Whatever a provider, or the way to it, does wrong.
MISBEHAVIOUR = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    OSError,
    EOFError,
    ValueError,
    RecursionError,
    zlib.error,
    csv.Error,
)


class Answer(NamedTuple):
    """What a provider sent. payload: JSON text of a 2xx answer. size_bytes: as received."""

    status: int
    payload: str | None
    size_bytes: int
    error: str | None
    retry_after: timedelta | None


@dataclass(frozen=True)
class Settings:
    """How a worker works.

    is_once: claim one batch only. until_idle: stop when nothing can be claimed. until_empty: stop
    when no job is open, having waited for those that are to be tried again. poll_seconds: pause
    while there is nothing to claim. secrets: of system.config, by name in capitals.
    """

    name: str
    concurrency: int = 4
    is_once: bool = False
    until_idle: bool = False
    until_empty: bool = False
    poll_seconds: float = 1.0
    request_seconds: float = REQUEST_SECONDS
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class Pacer:
    """Keeps the requests to each provider apart, so that they never come faster than its pace.

    stopped_within: waits so many seconds, and returns at once and true when the worker stops.
    """

    def __init__(
        self,
        stopped_within: Callable[[float], Awaitable[bool]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stopped_within = stopped_within
        self._clock = clock
        self._next: dict[str, float] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def turn(self, provider: str, per_second: float) -> bool:
        """Wait until the next request to a provider may leave; false when the worker stops."""
        async with self._locks.setdefault(provider, asyncio.Lock()):
            # Asked even without a wait: the worker may have been told to stop meanwhile.
            while not await self._stopped_within(self._next.get(provider, 0.0) - self._clock()):
                if self._clock() >= self._next.get(provider, 0.0):
                    # From now, not from the planned time: a late request puts off the next.
                    self._next[provider] = self._clock() + 1 / per_second
                    return True
            return False


class Database:
    """One connection, opened again whenever it is lost.

    translate: maps the schema names in a statement. stopped_within: as in Pacer.
    """

    def __init__(
        self,
        dsn: str,
        name: str,
        translate: Callable[[str], str],
        stopped_within: Callable[[float], Awaitable[bool]],
        say: Say,
    ) -> None:
        self._dsn = dsn
        self._name = name
        self._translate = translate
        self._stopped_within = stopped_within
        self._say = say
        self._connection: psycopg.AsyncConnection[Row] | None = None
        self._lock = asyncio.Lock()

    async def rows(self, query: str, *values: object) -> list[Row]:
        """Return all rows; what only stood in the way is waited out and tried again.

        Errors: psycopg.Error of the statement itself; Failure when the worker is to stop and the
        database cannot be reached.
        """
        statement = self._translate(query)
        pause = FIRST_PAUSE
        async with self._lock:
            while True:
                try:
                    cursor = await (await self._connected()).execute(statement, values)
                    return await cursor.fetchall()
                except psycopg.Error as error:
                    if not self._is_passing(error):
                        raise
                    reason = one_line(str(error))
                    self._say(f"database: {reason}; trying again")
                    if await self._stopped_within(pause):
                        raise Failure(
                            "the worker stopped without the database",
                            f"It said: {reason}.",
                            "Its jobs are given to others when their leases run out.",
                        ) from error
                    pause = min(2 * pause, LONGEST_PAUSE)

    async def call(self, function: str, *values: object) -> Any:
        """Return what a function answers."""
        places = ", ".join(["%s"] * len(values))
        return (await self.rows(f"select {function}({places}) as answer", *values))[0]["answer"]

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()

    def _is_passing(self, error: psycopg.Error) -> bool:
        is_lost = self._connection is None or self._connection.closed
        return is_lost or error.sqlstate in REPEATED

    async def _connected(self) -> psycopg.AsyncConnection[Row]:
        if self._connection is None or self._connection.closed:
            self._connection = None
            self._connection = await psycopg.AsyncConnection.connect(
                self._dsn,
                autocommit=True,
                row_factory=dict_row,
                application_name=f"mdt worker {self._name}",
                connect_timeout=int(CONNECT_SECONDS),
            )
        return self._connection


class Worker:
    """Works the queue until its settings, SIGTERM or SIGINT end it.

    The first signal ends it gracefully: what was sent is finished, what was not is handed back.
    The second one gives up what was sent, too.
    """

    def __init__(
        self,
        dsn: str,
        translate: Callable[[str], str],
        settings: Settings,
        say: Say = lambda _: None,
        tell: Say = lambda _: None,
    ) -> None:
        """say: receives a remark. tell: receives one line per job."""
        self.settings = settings
        self.counts: Counter[str] = Counter()
        self._stopping = asyncio.Event()
        self._pacer = Pacer(self._stopped_within)
        self._database = Database(dsn, settings.name, translate, self._stopped_within, say)
        self._say = say
        self._tell = tell
        self._held: dict[asyncio.Task[None], str] = {}  # receipts of the jobs in hand
        self._unsent: list[str] = []
        self._failure: BaseException | None = None

    async def run(self) -> Counter[str]:
        """Work; return how many jobs ended how: done, waiting, dead, stale, handed back."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        beside = [asyncio.create_task(self._beat()), asyncio.create_task(self._report())]
        for task in beside:
            task.add_done_callback(self._note_failure)
        timeout = httpx.Timeout(self.settings.request_seconds, connect=CONNECT_SECONDS)
        headers = {"User-Agent": f"market-data-toolkit/{__version__}"}
        async with httpx.AsyncClient(headers=headers, timeout=timeout) as client:
            try:
                await self._claim_and_work(client)
                await self._finish()
            finally:
                self._stopping.set()
                await self._finish()
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                await self._hand_back()
                await self._database.close()
        if self._failure is not None:
            raise self._failure
        return self.counts

    def stop(self) -> None:
        """Stop gracefully; called again, at once."""
        if self._stopping.is_set():
            for task in self._held:
                task.cancel()
            return
        self._say(f"stopping; jobs in hand: {len(self._held)}")
        self._stopping.set()

    async def _claim_and_work(self, client: httpx.AsyncClient) -> None:
        while not self._stopping.is_set():
            free = self.settings.concurrency - len(self._held)
            jobs = await self._claim(free) if free else []
            for job in jobs:
                task = asyncio.create_task(self._work(client, job))
                self._held[task] = job["receipt"]
                task.add_done_callback(self._put_down)
            if self.settings.is_once:
                return
            if not jobs and not self._held and await self._is_over():
                return
            await self._pause()

    async def _is_over(self) -> bool:
        """Tell whether a worker that found nothing to claim is to end."""
        if not self.settings.until_empty:
            return self.settings.until_idle
        found = await self._database.rows("select exists (select from sync.queue_keys) as is_open")
        return not found[0]["is_open"]

    async def _claim(self, size: int) -> list[Row]:
        return await self._database.rows(
            "select * from sync.get_queue_batch(%s, %s, p_lease => %s)",
            self.settings.name,
            size,
            LEASE,
        )

    async def _pause(self) -> None:
        """Wait until a job ends, the worker stops, or it is time to look for more."""
        is_full = len(self._held) >= self.settings.concurrency
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait(
            [stopping, *self._held],
            timeout=None if is_full else self.settings.poll_seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        stopping.cancel()

    async def _finish(self) -> None:
        while self._held:
            await asyncio.wait(list(self._held))

    async def _hand_back(self) -> None:
        if self._unsent:
            released = await self._database.call("sync.release_jobs", self._unsent)
            self.counts["handed back"] += released

    def _put_down(self, task: asyncio.Task[None]) -> None:
        receipt = self._held.pop(task)
        if task.cancelled():
            self._unsent.append(receipt)
        self._note_failure(task)

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        """Let an error that nobody expected end the worker, and `run` raise it."""
        if not task.cancelled() and task.exception() is not None:
            self._failure = self._failure or task.exception()
            self._stopping.set()

    async def _stopped_within(self, seconds: float) -> bool:
        if seconds > 0 and not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _work(self, client: httpx.AsyncClient, job: Row) -> None:
        request, receipt = job["request"], job["receipt"]
        if not await self._pacer.turn(request["provider"], request["requests_per_second"]):
            self._unsent.append(receipt)
            return
        try:
            answer = await send(
                client, request, self.settings.request_seconds, self.settings.secrets
            )
        except MISBEHAVIOUR as error:
            reason = without_secrets(described(error), request, self.settings.secrets)
            outcome = await self._fail(receipt, reason)
        else:
            outcome = await self._record(receipt, answer)
        self.counts[outcome["state"]] += 1
        parts = [f"{value} {key}" for key, value in outcome.items() if key != "state" and value]
        self._tell(f"{job['data_type']} {job['subject']}: {', '.join([outcome['state'], *parts])}")

    async def _record(self, receipt: str, answer: Answer) -> Row:
        try:
            found = await self._database.rows(
                "select sync.record_response(%s, %s, %s::jsonb, %s, %s, %s) as outcome",
                receipt,
                answer.status,
                answer.payload,
                answer.size_bytes,
                answer.error,
                answer.retry_after,
            )
        except psycopg.Error as error:
            # Nothing was recorded, and the attempt is still open.
            return await self._fail(receipt, f"cannot be recorded: {error}")
        outcome: Row = found[0]["outcome"]
        return outcome

    async def _fail(self, receipt: str, error: str) -> Row:
        state = await self._database.call("sync.fail_job", receipt, one_line(error))
        return {"state": state, "error": one_line(error)}

    async def _beat(self) -> NoReturn:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            if self._held:
                receipts = list(self._held.values())
                await self._database.rows("select * from sync.heartbeat(%s, %s)", receipts, LEASE)

    async def _report(self) -> NoReturn:
        reported = 0
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            ended = sum(self.counts.values())
            if ended != reported:
                rate = (ended - reported) / REPORT_SECONDS
                self._say(f"{summary(self.counts)}; {rate:.1f} a second, {len(self._held)} in hand")
            reported = ended


def with_secrets(text: str, secrets: Mapping[str, str] | None = None) -> str:
    """Return a URL or header with each {secret:NAME} replaced by the environment's NAME.

    secrets: where it is looked up when the environment does not have it.
    Errors: ValueError naming the variable when neither does.
    """
    return SECRET.sub(lambda match: _secret(match.group(1), secrets), text)


def without_secrets(text: str, request: Row, secrets: Mapping[str, str] | None = None) -> str:
    """Return what is said of a request without its secrets, which a provider may repeat."""
    names = SECRET.findall(" ".join([request["url"], *request["headers"].values()]))
    for name in names:
        with suppress(ValueError):  # one that is missing was not sent
            value = _secret(name, secrets)
            for form in (value, quote(value, safe=""), quote_plus(value)):
                text = text.replace(form, "***")
    return text


def _secret(name: str, secrets: Mapping[str, str] | None) -> str:
    value = os.environ.get(name) or (secrets or {}).get(name.upper())
    if not value:
        raise ValueError(f"the environment variable {name} is not set")
    return value


async def send(
    client: httpx.AsyncClient,
    request: Row,
    seconds: float,
    secrets: Mapping[str, str] | None = None,
) -> Answer:
    """Send a request and return the answer.

    request: as sync.build_request() returns it. seconds: the most for all of it, so that an
    answer that trickles in ends too. secrets: as for with_secrets(). Errors: one of MISBEHAVIOUR.
    """
    body = bytearray()
    headers = {name: with_secrets(value, secrets) for name, value in request["headers"].items()}
    async with (
        asyncio.timeout(seconds),
        client.stream(
            request["method"], with_secrets(request["url"], secrets), headers=headers
        ) as response,
    ):
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise ValueError(f"the answer is larger than {LARGEST_ANSWER_BYTES} bytes")
    payload = error = None
    if response.is_success:
        payload = read_payload(bytes(body), request["format"]) if body else None
    else:
        said = body[: 16 * KEPT_CHARACTERS].decode("utf-8", "replace")
        error = one_line(without_secrets(said, request, secrets)) or None
    return Answer(
        response.status_code,
        payload,
        response.num_bytes_downloaded,
        error,
        read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
    )


def read_payload(body: bytes, payload_format: str) -> str:
    """Return an answer as JSON text; CSV becomes an array of one object per row.

    payload_format: json or csv; CSV may be packed with gzip. Errors: one of MISBEHAVIOUR when it
    cannot be read.
    """
    if payload_format == "csv":
        if body.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(body)) as unpacked:
                body = unpacked.read(LARGEST_ANSWER_BYTES + 1)
            if len(body) > LARGEST_ANSWER_BYTES:
                raise ValueError(f"the answer is larger than {LARGEST_ANSWER_BYTES} bytes unpacked")
        lines = io.StringIO(body.decode("utf-8-sig"), newline="")
        return json.dumps(list(csv.DictReader(lines, strict=True)), ensure_ascii=False)
    text = body.decode("utf-8-sig")
    try:
        json.loads(text)
    except ValueError as error:
        raise ValueError(f"the answer is not JSON: {error}") from error
    return text


def read_retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After header asks to wait, None when it cannot be understood.

    It is a number of seconds or a date: RFC 9110, section 10.2.3.
    """
    if not header:
        return None
    with suppress(ValueError, OverflowError):
        if header.strip().isdecimal():
            return timedelta(seconds=int(header))
        when = parsedate_to_datetime(header)
        return max(timedelta(), (when if when.tzinfo else when.replace(tzinfo=UTC)) - now)
    return None


def described(error: BaseException) -> str:
    """Return what went wrong with a request, in words."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "the provider did not answer in time"
    return one_line(str(error)) or type(error).__name__


def one_line(text: str) -> str:
    """Return the beginning of a text as one line that the database can store."""
    return " ".join(text.replace("\x00", " ").split())[:KEPT_CHARACTERS]


def summary(counts: Counter[str]) -> str:
    """Return the counts of a worker in words."""
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no jobs"
