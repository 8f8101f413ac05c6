"""What stands on an object of the catalog: the temporary functions that look, and their rows."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.db import Connection
from toolkit.errors import Failure

QUERIES = Path(__file__).parent / "queries"


class Dependent(NamedTuple):
    """An object that a drop takes along: a row of objects_built_on.sql.

    definition: the statement that makes it again, None when there is none. needs: keys.
    """

    key: str
    class_oid: int
    object_oid: int
    kind: str
    schema_name: str | None
    object_name: str | None
    identity: str
    address: dict[str, Any]
    description: str
    drop_statement: str
    definition: str | None
    attributes: dict[str, Any]
    needs: list[str]


def prepare(connection: Connection) -> None:
    """Make the session's temporary functions that look at the catalog."""
    with connection.transaction():
        connection.execute("set local check_function_bodies = off")  # they call each other
        for path in sorted(QUERIES.glob("*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))


def in_order(parts: list[Dependent]) -> list[Dependent]:
    """Return dependents so that each comes after what it needs."""
    by_key = {part.key: part for part in parts}
    sorter = TopologicalSorter({key: by_key.keys() & part.needs for key, part in by_key.items()})
    try:
        return [by_key[key] for key in sorter.static_order()]
    except CycleError as error:
        circle = ", ".join(by_key[key].description for key in error.args[1][1:])
        raise Failure(
            f"these objects need each other: {circle}",
            "None of them could be made again first.",
            "Drop one of them, then run 'mdt apply' again.",
        ) from error
