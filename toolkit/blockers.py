"""Who is in the way of a statement that waits: told while it waits, from a second connection."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import psycopg

from toolkit import db
from toolkit.db import Connection

HIDDEN = "<insufficient privilege>"
QUERY_WIDTH = 100
FIRST_LOOK = 0.5  # seconds; most statements are over before
SAID_AGAIN = 30.0  # seconds, while the same session is in the way
PROGRESS_AFTER = 5.0  # seconds, and so often
LIMIT = "-c statement_timeout=2s -c idle_in_transaction_session_timeout=10s"


@dataclass(frozen=True)
class Session:
    """A session as pg_stat_activity shows it; what this role may not see is None.

    age: seconds since its transaction began. gid: of a prepared transaction, which has no process.
    """

    pid: int
    application: str | None
    role: str | None
    backend_type: str | None
    state: str | None
    age: float | None
    query: str | None
    gid: str | None

    def __str__(self) -> str:
        """Describe it in one line: who, what it does, for how long, its query."""
        if self.pid == 0:
            return f'prepared transaction "{self.gid or "of somebody"}"'
        if self.role is None:  # autovacuum and the like have no role
            return f"process {self.pid} ({self.backend_type or 'it has just ended'})"
        words = [self.application or "no name", f"role {self.role}"]
        if self.state:
            age = "" if self.age is None else f", transaction open for {seconds(self.age)}"
            words.append(f"{self.state}{age}")
        return f"process {self.pid} ({', '.join(words)}): {self.shortened_query}"

    @property
    def shortened_query(self) -> str:
        """Its query, or its last, in one line."""
        query = " ".join((self.query or "").split()).rstrip(";")
        if query == HIDDEN:
            return "its query is hidden from this role"
        if len(query) > QUERY_WIDTH:
            query = f"{query[: QUERY_WIDTH - 3]}..."
        return query or "no query"

    @property
    def ending(self) -> str:
        """The statement that ends it."""
        if self.pid == 0:
            return f"rollback prepared '{self.gid or 'GID'}'"
        return f"select pg_terminate_backend({self.pid})"


def seconds(value: float) -> str:
    """Return a duration for people: "0.3 s", "12 s", "5 min", "3 h"."""
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 7200 else f"{value / 3600:.0f} h"


def find(connection: Connection, query: str, **values: object) -> Session | None:
    """Return the session that a query of toolkit/queries finds, None when there is none."""
    row = connection.execute(db.query(query), values).fetchone()
    return Session(*row) if row else None


class Watch:
    """Looks who is in the way of a connection's statements, while they take long.

    A thread that exists during `watching` alone. Its connection is made at the first look and kept
    until the end. Where none can be had, nothing is seen, and nothing else changes.
    seen: who was in the way when somebody last was.
    """

    def __init__(self, connection: Connection, say: Callable[[str], None]) -> None:
        self.connection = connection
        self.say = say
        self.seen: Session | None = None
        self._second: Connection | None = None
        self._is_looking = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._second:
            self._second.close()

    @contextlib.contextmanager
    def watching(self, first_look: float = FIRST_LOOK) -> Iterator[None]:
        """Watch the statements of a block. first_look: seconds after which something is slow."""
        is_over = threading.Event()
        pid = self.connection.info.backend_pid
        thread = threading.Thread(
            target=self._look_around, args=(pid, is_over, first_look), daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            # One that has not begun to look is let go; a look is waited for, its answer is not.
            if self._is_looking:
                thread.join(0.2)

    def _look_around(self, pid: int, is_over: threading.Event, first_look: float) -> None:
        if is_over.wait(first_look):
            return
        self._is_looking = True
        try:
            self._look_until(pid, is_over, first_look)
        finally:
            self._is_looking = False

    def _look_until(self, pid: int, is_over: threading.Event, first_look: float) -> None:
        """Look until it is over, and say who is in the way."""
        said, silent, waited = "", 0.0, first_look
        # Without an answer of the server, or anybody to tell, there is nothing to watch.
        with contextlib.suppress(psycopg.Error, OSError):
            while not is_over.is_set():
                found = self._look(pid)
                news = ""
                if found:
                    self.seen = found
                    who = f"{found.pid} {found.gid}"
                    # A short try is over before it is worth a line; its failure says the same.
                    if waited >= FIRST_LOOK and (who != said or silent >= SAID_AGAIN):
                        news, said = f"waiting for {found}", who
                elif silent >= PROGRESS_AFTER:
                    news = self._progress(pid)
                if news and not is_over.is_set():
                    self.say(news)
                    silent = 0.0
                is_over.wait(FIRST_LOOK)
                silent += FIRST_LOOK
                waited += FIRST_LOOK

    def _progress(self, pid: int) -> str:
        """Return how far the index is that the connection builds, empty when it builds none."""
        if self._second is None:
            return ""
        row = self._second.execute(db.query("index_progress"), {"pid": pid}).fetchone()
        return str(row[0]) if row else ""

    def _look(self, pid: int) -> Session | None:
        if self._second is None or self._second.broken:
            self._second = second_connection(self.connection)
        return find(self._second, "blocking_session", pid=pid)


def second_connection(connection: Connection) -> Connection:
    """Open another connection to the same server and database, as the same role."""
    info = connection.info
    dsn = psycopg.conninfo.make_conninfo(
        info.dsn,
        host=info.host,
        hostaddr=info.hostaddr or None,
        port=info.port,
        password=info.password or None,
        connect_timeout=5,
        application_name="mdt watch",
        options=f"{info.get_parameters().get('options', '')} {LIMIT}".strip(),
    )
    return psycopg.connect(dsn, autocommit=True)
