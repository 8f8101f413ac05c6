"""What the tests of the queue share: a registered provider, claims, threads, a stub provider."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

Connection = psycopg.Connection[tuple[Any, ...]]
Row = dict[str, Any]
Headers = dict[str, str]
Reply = tuple[int, Headers, bytes]


@pytest.fixture
def queue(db: Connection) -> Connection:
    """Register provider acme, without a quota, and its data type acme-price."""
    db.execute("select sync.register_provider('acme', 'Acme', 'http://acme.test')")
    db.execute(
        """
        select sync.register_data_type(
            'acme-price', 'acme', 'price', 'integration.price_sources',
            '{"path": "/prices/{subject}"}'
        )
        """
    )
    return db


@pytest.fixture
def quotes(db: Connection) -> Connection:
    """Register the usual providers and data types; quote is the one with a small parser."""
    db.execute("select sync.seed_registry()")
    return db


Rows = Callable[..., list[Row]]


@pytest.fixture
def rows(db: Connection) -> Rows:
    """Return a function that returns the rows of a query as dictionaries."""

    def read(query: str, *values: object) -> list[Row]:
        with db.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()

    return read


Claim = Callable[..., list[Row]]


@pytest.fixture
def claim(rows: Rows) -> Claim:
    """Return a function that claims jobs: claim(worker="one", size=10)."""

    def get(
        worker: str = "worker", size: int = 10, data_types: list[str] | None = None
    ) -> list[Row]:
        return rows("select * from sync.get_queue_batch(%s, %s, %s)", worker, size, data_types)

    return get


InParallel = Callable[[int, Callable[[Connection, int], Any]], list[Any]]


@pytest.fixture
def in_parallel(dsn: str) -> InParallel:
    """Return a function that runs work(connection, number) in many sessions at the same time."""

    def run(sessions: int, work: Callable[[Connection, int], Any]) -> list[Any]:
        barrier = threading.Barrier(sessions)

        def one(number: int) -> Any:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("set statement_timeout = '30s'")
                barrier.wait(30)
                return work(connection, number)

        with ThreadPoolExecutor(sessions) as pool:
            return [future.result() for future in [pool.submit(one, n) for n in range(sessions)]]

    return run


@dataclass
class Stub:
    """A provider that answers as it is told.

    reply: from path (with query) to status, headers and body; it runs in the server's threads.
    paths: what was asked for, in order.
    """

    url: str = ""
    reply: Callable[[str], Reply] = lambda _: (404, {}, b"")
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the API keys that the seeded data types ask a worker for."""
    for provider in ("STOCKX", "ALIAS", "FMP", "AWIN"):
        monkeypatch.setenv(f"{provider}_API_KEY", f"key-of-{provider.lower()}")


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Run a provider on a free port of this machine."""
    told = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told.paths.append(self.path)
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = told.reply(self.path)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing of what was asked."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that was killed."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def quote() -> Callable[[str, float], bytes]:
    """Return a function that makes the answer of FMP about one symbol."""

    def make(symbol: str, price: float) -> bytes:
        return json.dumps([{"symbol": symbol, "name": symbol, "price": price}]).encode()

    return make
