"""How long a statement will take on the table as it is now: an estimate, and what it assumes."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from toolkit.errors import MISUSED, Failure
from toolkit.traffic import Table

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Rates:
    """What the server is assumed to do in a second; [plan] in mdt.toml names better values.

    The defaults are those of a modest server whose table is not in memory. Rewriting includes
    building the table's indexes again. One row changed includes its index entries.
    """

    scan_mb: float = 100
    rewrite_mb: float = 20
    index_mb: float = 30
    change_rows: float = 50_000

    @classmethod
    def of(cls, settings: dict[str, Any]) -> "Rates":
        """Return the rates under the settings of a project. Errors: exit code 2 for a bad one."""
        given = settings.get("plan", {})
        known = {one.name for one in fields(cls)}
        for name, value in given.items():
            if name not in known or not isinstance(value, int | float) or value <= 0:
                raise Failure(
                    f"[plan] in mdt.toml cannot say {name} = {value!r}",
                    f"It may name {', '.join(sorted(known))}, each a number above 0.",
                    exit_code=MISUSED,
                )
        return cls(**given)

    def as_json(self) -> dict[str, float]:
        """Return them as a JSON object."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.scan_mb:g} MB/s read, {self.rewrite_mb:g} MB/s rewritten, "
            f"{self.index_mb:g} MB/s indexed, {self.change_rows:g} rows/s changed"
        )


def seconds(work: set[str], table: Table, rates: Rates) -> float:
    """Return how long work on a table takes.

    work: of rewrite, scan, index (build one), index_concurrently (which reads the table twice),
    reindex and change (all rows). A rewrite includes the rest of the reading.
    """
    table_mb, index_mb = (
        size / MEGABYTE for size in (table.table_bytes, table.total_bytes - table.table_bytes)
    )
    total = 0.0
    if "rewrite" in work:
        total += (table_mb + index_mb) / rates.rewrite_mb
    elif "scan" in work and not work & {"index", "index_concurrently", "reindex", "change"}:
        total += table_mb / rates.scan_mb
    if "index" in work:
        total += table_mb / rates.index_mb
    if "index_concurrently" in work:
        total += table_mb / rates.index_mb + table_mb / rates.scan_mb
    if "reindex" in work:
        total += index_mb / rates.index_mb
    if "change" in work:
        total += (table.rows or 0) / rates.change_rows
    return total
