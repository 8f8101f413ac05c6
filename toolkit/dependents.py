"""What stands on an object of the catalog: the temporary functions that look, and their rows."""

from collections.abc import Sequence, Set
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.objects import Entry

ROUTINES = Path(__file__).parent / "routines"


class Dependent(NamedTuple):
    """An object that a drop takes along: a row of routines/objects_built_on.sql.

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
        for path in sorted(ROUTINES.glob("*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))


class Catalog:
    """What the temporary functions answer; they are made when one is needed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._is_prepared = False

    def prepare(self) -> None:
        """Make the functions, where a savepoint will not take them back."""
        if not self._is_prepared:
            prepare(self.connection)
            self._is_prepared = True

    def _call(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        self.prepare()
        return self.connection.execute(query, values).fetchall()

    def carried(self, entries: Sequence[Entry]) -> dict[int, dict[str, Any]]:
        """Return by oid what objects carry besides their definitions."""
        if not entries:
            return {}
        rows = self._call(
            "select entry.oid, pg_temp.object_attributes(entry.class, entry.oid) "
            "from unnest(%s::oid[], %s::oid[]) as entry (class, oid)",
            [entry.class_oid for entry in entries],
            [entry.object_oid for entry in entries],
        )
        return {int(oid): attributes for oid, attributes in rows}

    def built_on(self, roots: Set[tuple[int, int]]) -> list[Dependent]:
        """Return objects, by their classes and oids, and all that a drop would take along."""
        rows = self._call(
            "select * from pg_temp.objects_built_on(%s::oid[], %s::oid[])",
            [class_oid for class_oid, _ in roots],
            [object_oid for _, object_oid in roots],
        )
        return [Dependent(*row) for row in rows]

    def restore(self, entry: Entry, attributes: dict[str, Any], is_unchanged: bool) -> int:
        """Give an object what it carried; return how many statements that took."""
        query = "select pg_temp.restore_attributes(%s::oid, %s::oid, %s, %s)"
        values = [entry.class_oid, entry.object_oid, Jsonb(attributes), is_unchanged]
        return int(self._call(query, *values)[0][0])

    def restore_dependent(self, part: Dependent) -> None:
        """Give what was made again from its definition what it carried."""
        self._call(
            "select pg_temp.restore_attributes(entry.classid, entry.objid, %s, true) "
            "from pg_get_object_address(%s, %s, %s) as entry",
            Jsonb(part.attributes),
            part.address["type"],
            part.address["object_names"],
            part.address["object_args"],
        )


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
