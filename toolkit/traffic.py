"""How large tables are, how busy, and who is in the way: the live side of a plan, read-only."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from toolkit import db
from toolkit.db import Connection
from toolkit.modes import as_written

# A transaction older than this is worth a line even where it holds no lock that matters.
LONG_SECONDS = 5.0
SIZE_LOCK_TIMEOUT = "500ms"  # the size functions wait for whoever holds a table exclusively


@dataclass
class Session:
    """Another session with a transaction open. locks: table -> modes that it holds there."""

    pid: int | None
    role: str
    application: str
    state: str
    seconds: float | None
    query: str
    locks: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        who = f"process {self.pid}" if self.pid else "a prepared transaction"
        role = f", role {self.role}" if self.role else ""
        name = f", {self.application}" if self.application else ""
        age = f", open for {duration(self.seconds)}" if self.seconds is not None else ""
        return f"{who} ({self.state}{role}{name}{age})"


@dataclass
class Table:
    """A relation as it is now, its partitions counted in.

    kind: as in pg_class. rows: None while never analyzed. Rates are per second: now, over a short
    sample (None without one), and on average since the statistics were last reset, if that is
    known.
    """

    name: str
    kind: str
    total_bytes: int
    table_bytes: int
    rows: int | None
    scans_per_second: float | None = None
    writes_per_second: float | None = None
    average_scans_per_second: float | None = None
    average_writes_per_second: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)

    def __str__(self) -> str:
        rows = "never analyzed" if self.rows is None else f"{count(self.rows)} rows"
        now = _rates(self.scans_per_second, self.writes_per_second)
        average = _rates(self.average_scans_per_second, self.average_writes_per_second)
        text = f"{size(self.total_bytes)}, {rows}"
        text += f", now {now}" if now else ""
        return text + (f", {average} on average" if average not in ("", "idle") else "")


def _rates(scans: float | None, writes: float | None) -> str:
    if scans is None or writes is None:
        return ""
    if scans < 0.05 and writes < 0.05:
        return "idle"
    return f"{count(scans)} scans/s and {count(writes)} writes/s"


@dataclass
class Traffic:
    """What goes on: the relations by the names that were asked for, and the sessions."""

    tables: dict[str, Table] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)


def look(connection: Connection, names: Iterable[str], sample_seconds: float) -> Traffic:
    """Return what the named relations are like now; those that do not exist are left out.

    The name of an index stands for its table.

    sample_seconds: how long to count scans and writes; sessions report theirs once a second, so
    less than that says little. 0: do not wait.
    """
    values = {"names": sorted(set(names)), "long": LONG_SECONDS}
    before = _counted(connection, values)
    tables = {row["name"]: _table(row) for row in before}
    if tables and sample_seconds:
        started = time.monotonic()
        time.sleep(sample_seconds)
        earlier = {row["name"]: row for row in before}
        for row in _counted(connection, values):
            seconds = time.monotonic() - started
            old, table = earlier.get(row["name"]), tables.get(row["name"])
            if old and table:
                table.scans_per_second = max(0, row["scans"] - old["scans"]) / seconds
                table.writes_per_second = max(0, row["writes"] - old["writes"]) / seconds
    return Traffic(tables, _sessions(connection, values))


def _counted(connection: Connection, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return size and counters; where somebody holds a table exclusively, its last known size."""
    try:
        with connection.transaction():
            connection.execute(f"set local lock_timeout = '{SIZE_LOCK_TIMEOUT}'")
            return _rows(connection, "live_tables", {**values, "exact": True})
    except psycopg.errors.LockNotAvailable:
        return _rows(connection, "live_tables", {**values, "exact": False})


def _table(row: dict[str, Any]) -> Table:
    table = Table(
        row["table_name"],
        row["kind"],
        row["total_bytes"],
        row["table_bytes"],
        row["estimated_rows"],
    )
    if row["counted_seconds"]:
        table.average_scans_per_second = row["scans"] / row["counted_seconds"]
        table.average_writes_per_second = row["writes"] / row["counted_seconds"]
    return table


def _sessions(connection: Connection, values: dict[str, Any]) -> list[Session]:
    found: dict[Any, Session] = {}
    for row in _rows(connection, "open_sessions", values):
        name, modes = row.pop("name"), row.pop("modes")
        session = found.setdefault(row["pid"], Session(**row))
        if name:
            session.locks[name] = sorted(as_written(mode) for mode in modes)
    return list(found.values())


def _rows(connection: Connection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    from psycopg.rows import dict_row

    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(db.query(name), values).fetchall()


def size(number: float) -> str:
    """Return a number of bytes for people: 12 kB, 1.2 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1024:
            return (
                f"{number:.0f} {unit}"
                if number >= 10 or unit == "bytes"
                else f"{number:.1f} {unit}"
            )
        number /= 1024
    return f"{number:.1f} TB"


def count(number: float) -> str:
    """Return a count for people: 0.3, 120, 5.2 M."""
    for unit in ("", " k", " M"):
        if number < 1000:
            return (
                f"{number:.0f}{unit}"
                if number >= 10 or number == int(number)
                else f"{number:.1f}{unit}"
            )
        number /= 1000
    return f"{number:.1f} G"


def duration(seconds: float) -> str:
    """Return a time for people: 0.4 s, 40 s, 3 min, 2.5 h."""
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def about(seconds: float) -> str:
    """Return an estimate for people: under 1 s, about 40 s."""
    return "under 1 s" if seconds < 1 else f"about {duration(seconds)}"
