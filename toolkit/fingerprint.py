"""The catalog as the last run left it, and what has changed in it since: a thin cover of SQL."""

import difflib
import json
from dataclasses import dataclass
from typing import Any

from toolkit import __version__, db
from toolkit.db import Connection
from toolkit.project import Project
from toolkit.render import map_schemas

# They use nothing that a rollback takes away before the tables of the ledger, and describe what
# it leaves; so they stay until those go.
FUNCTIONS = (
    "accept_drift",
    "begin_run",
    "catalog_fingerprint",
    "compare_facts",
    "describe_catalog",
    "describe_columns",
    "describe_constraints",
    "describe_functions",
    "describe_indexes",
    "describe_privileges",
    "describe_rarities",
    "describe_relations",
    "describe_schemas",
    "describe_sequences",
    "describe_statistics",
    "describe_tables",
    "describe_triggers",
    "describe_types",
    "described_relations",
    "end_run",
    "find_drift",
    "generated_functions",
    "installed_schemas",
    "record_fingerprint",
)
PATHS = frozenset(f"system/functions/{name}.sql" for name in FUNCTIONS)


@dataclass(frozen=True)
class Drift:
    """One object that is not as the last run left it.

    change: added, removed or changed. differences: fact -> what was recorded and what was found.
    """

    kind: str
    identity: str
    change: str
    differences: dict[str, dict[str, Any]]

    @property
    def name(self) -> str:
        """Kind and identity, by which it is accepted."""
        return f"{self.kind} {self.identity}"

    def lines(self) -> list[str]:
        """Say what has changed; a long text as its diff."""
        if self.change != "changed":
            return [f"{self.name} was {self.change}"]
        short, long = [], []
        for fact, values in sorted(self.differences.items()):
            old, new = _shown(values.get("recorded")), _shown(values.get("found"))
            if len(old) + len(new) < 100 and "\n" not in old + new:
                short.append(f"{fact} {old} -> {new}")
            else:
                short.append(fact)
                diff = difflib.unified_diff(
                    old.splitlines(), new.splitlines(), "recorded", "found", lineterm="", n=1
                )
                long += [f"    {line}" for line in diff]
        return [f"{self.name} was changed: {', '.join(short)}", *long]


def _shown(value: Any) -> str:
    if value is None:
        return "(as usual)"
    return value if isinstance(value, str) else json.dumps(value)


def can_record(connection: Connection, project: Project) -> bool:
    """Tell whether the functions that describe the catalog are there."""
    query = "select to_regprocedure(%s) is not null and to_regclass(%s) is not null"
    system = project.schema_map["system"]
    functions = f"{system}.end_run(text, text)", f"{system}.catalog_objects"
    return bool(db.scalar(connection, query, *functions))


def begin(connection: Connection, project: Project) -> int:
    """Note that a run begins; return how many objects are not as the last one left them."""
    return int(_call(connection, project, "select system.begin_run()"))


def end(connection: Connection, project: Project, event: str) -> None:
    """Record the catalog as the run leaves it. event: apply, rollback or promote."""
    _call(connection, project, "select system.end_run(%s, %s)", event, __version__)


def record(connection: Connection, project: Project, event: str) -> None:
    """Record the fingerprint of what is recorded now."""
    _call(connection, project, "select system.record_fingerprint(%s, %s)", event, __version__)


def accept(connection: Connection, project: Project, name: str | None, reason: str) -> None:
    """Record an object, or all, as they are now."""
    _call(connection, project, "select system.accept_drift(%s, %s)", name, reason)


def drift(connection: Connection, project: Project) -> list[Drift]:
    """Return the objects that are not as the last run left them; none before the first record."""
    query = "select kind, identity, change, differences from system.find_drift()"
    if not _call(connection, project, "select exists (select from system.catalog_objects)"):
        return []
    return [Drift(*row) for row in connection.execute(map_schemas(query, project.schema_map))]


def last(connection: Connection, project: Project) -> dict[str, Any] | None:
    """Return what the last run recorded, None before the first."""
    query = (
        "select event, recorded_at, recorded_by, fingerprint, objects, chain_sha256, "
        "server_version, toolkit_version from system.catalog_fingerprints "
        "order by recorded_at desc, id desc limit 1"
    )
    found = db.rows(connection, map_schemas(query, project.schema_map))
    return found[0] if found else None


def unfinished_since(connection: Connection, project: Project) -> Any:
    """Return when the run began that has not ended, None when every run has."""
    return _call(connection, project, "select run_started_at from system.installation")


def _call(connection: Connection, project: Project, query: str, *values: object) -> Any:
    return db.scalar(connection, map_schemas(query, project.schema_map), *values)
