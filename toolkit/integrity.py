"""Whether the files are what was applied: the chain of the ledger, and how files differ from it.

Each applied migration has a row with the text that was applied and the hash of all before it, so
that an edit can be shown line by line, and nobody changes the ledger unnoticed.
"""

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg import sql

from toolkit import __version__, db
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.ledger import SqlMigration
from toolkit.project import Project, SqlFile, layer_of, sha256
from toolkit.templating import variables_used

BEGINNING = "0" * 64  # what the first link of the chain hangs on
DIFF_LINES = 60


class Recorded(NamedTuple):
    """One applied migration as the ledger has it."""

    id: str
    position: int
    content: str
    content_sha256: str
    variables: dict[str, object]
    previous_sha256: str
    chain_sha256: str


@dataclass(frozen=True)
class Difference:
    """One way in which the files, the ledger and yoyo's table do not agree.

    kind: edited, renamed, missing, reordered, variables or chain. name: the migration, by which it
    is accepted. detail: one line, the name included. diff: unified, where a text differs.
    """

    kind: str
    name: str
    detail: str
    diff: str = ""
    file: SqlFile | None = None
    recorded: Recorded | None = None

    @property
    def stops(self) -> bool:
        """Tell whether nothing is applied until it is mended or accepted."""
        return self.kind != "variables"

    def as_json(self) -> dict[str, str]:
        """Return it as the object that --json prints."""
        return {"kind": self.kind, "id": self.name, "detail": self.detail, "diff": self.diff}


def record(
    connection: Connection,
    system: str,
    migration: SqlMigration,
    duration_ms: int,
    adopted_from: str | None = None,
) -> None:
    """Add the link of a migration to the end of the chain.

    adopted_from: the table of another tool that says it was applied, where we have not applied it.
    """
    table = db.qualified(system, "applied_migrations")
    connection.execute(
        sql.SQL(
            """
            with last as (
                select position_in_order, chain_sha256
                from {table}
                order by position_in_order desc
                limit 1
            ),

            link as (
                select
                    coalesce(max(position_in_order), 0) + 1 as position_in_order,
                    coalesce(max(chain_sha256), %(beginning)s) as previous_sha256
                from last
            )

            insert into {table} (
                migration_id, position_in_order, content, content_sha256, rendered_sha256,
                variables, previous_sha256, chain_sha256, duration_ms, toolkit_version,
                adopted_from
            )
            select
                %(id)s, position_in_order, %(content)s, %(sha256)s, %(rendered)s,
                %(variables)s, previous_sha256,
                encode(
                    sha256(convert_to(previous_sha256 || %(id)s || %(sha256)s, 'UTF8')), 'hex'
                ),
                %(duration)s, %(version)s, %(adopted_from)s
            from link
            """
        ).format(table=table),
        {
            "beginning": BEGINNING,
            "id": migration.id,
            "content": migration.file.text,
            "sha256": sha256(migration.file.text),
            "rendered": sha256(migration.rendered),
            "variables": json.dumps(variables_of(migration.file, migration.project)),
            "duration": duration_ms,
            "version": __version__,
            "adopted_from": adopted_from,
        },
    )


def record_rendering(connection: Connection, system: str, migration: SqlMigration) -> None:
    """Record the variables and the text that a migration is rendered with now."""
    connection.execute(
        sql.SQL(
            "update {} set rendered_sha256 = %s, variables = %s where migration_id = %s"
        ).format(db.qualified(system, "applied_migrations")),
        [
            sha256(migration.rendered),
            json.dumps(variables_of(migration.file, migration.project)),
            migration.id,
        ],
    )


def variables_of(file: SqlFile, project: Project) -> dict[str, object]:
    """Return the variables that a file's template uses, as JSON holds them."""
    used = {one.name: one.value for one in variables_used(file, project) if one.source}
    found: dict[str, object] = json.loads(json.dumps(used, default=str))
    return found


def recorded_migrations(connection: Connection, system: str) -> list[Recorded]:
    """Return the applied migrations as the ledger has them, in the order of application."""
    return [
        Recorded(*row)
        for row in connection.execute(
            sql.SQL(
                "select migration_id, position_in_order, content, content_sha256, variables, "
                "previous_sha256, chain_sha256 from {} order by position_in_order"
            ).format(db.qualified(system, "applied_migrations"))
        )
    ]


def link(previous: str, migration_id: str, content_sha256: str) -> str:
    """Return the hash that a migration's row has in the chain."""
    return sha256(previous + migration_id + content_sha256)


class Acceptances:
    """What has been accepted by name, as far as the ledger itself does not tell."""

    def __init__(self, connection: Connection, system: str) -> None:
        query = sql.SQL(
            "select kind, name, new_sha256 from {} where kind in ('missing', 'reordered')"
        ).format(db.qualified(system, "acceptances"))
        self.known = {tuple(row) for row in connection.execute(query)}

    def has(self, kind: str, name: str, new_sha256: str | None) -> bool:
        """Tell whether a difference has been accepted, with this content of the file."""
        return (kind, name, new_sha256) in self.known


def differences(
    recorded: Sequence[Recorded],
    yoyo_ids: Sequence[str],
    project: Project,
    accepted: Acceptances,
) -> list[Difference]:
    """Return how the ledger and the files differ, the ledger's own defects first.

    yoyo_ids: the applied migrations by yoyo's table.
    """
    files = {file.migration_id: file for file in project.migrations()}
    return [
        *_broken_links(recorded, yoyo_ids),
        *_changed_files(recorded, files, accepted, list(project.layers)),
        *_other_variables(recorded, files, project),
    ]


def _broken_links(recorded: Sequence[Recorded], yoyo_ids: Sequence[str]) -> Iterator[Difference]:
    previous = BEGINNING
    for row in recorded:
        complaint = ""
        if row.content_sha256 != sha256(row.content):
            complaint = "its text in the ledger is not what its hash says"
        elif row.previous_sha256 != previous:
            complaint = "the row before it in the ledger is gone, new or changed"
        elif row.chain_sha256 != link(previous, row.id, row.content_sha256):
            complaint = "its row in the ledger was changed"
        elif row.id not in yoyo_ids:
            complaint = "it is in the ledger, but yoyo's table does not have it"
        if complaint:
            detail = f"{row.id} breaks the chain: {complaint}"
            yield Difference("chain", row.id, detail, recorded=row)
        previous = row.chain_sha256
    known = {row.id for row in recorded}
    for name in yoyo_ids:
        if name not in known:
            detail = f"{name} breaks the chain: yoyo's table has it, but the ledger does not"
            yield Difference("chain", name, detail)


def _changed_files(
    recorded: Sequence[Recorded],
    files: dict[str, SqlFile],
    accepted: Acceptances,
    layers: Iterable[str],
) -> Iterator[Difference]:
    applied = {row.id for row in recorded}
    new = {sha256(file.text): name for name, file in files.items() if name not in applied}
    for row in recorded:
        if layer_of(row.id) not in layers:
            continue  # of a project that this call does not see
        file = files.get(row.id)
        if file is not None and sha256(file.text) != row.content_sha256:
            diff = unified(row.content, file.text, f"{row.id} as applied", file.name)
            yield Difference("edited", row.id, f"{row.id} was edited", diff, file, row)
        elif file is None and row.content_sha256 in new:
            name = new[row.content_sha256]
            detail = f"{row.id} was renamed to {name}"
            yield Difference("renamed", row.id, detail, file=files[name], recorded=row)
        elif file is None and not accepted.has("missing", row.id, None):
            diff = unified(row.content, "", f"{row.id} as applied", "(gone)")
            yield Difference("missing", row.id, f"{row.id} is gone", diff, recorded=row)


def _other_variables(
    recorded: Sequence[Recorded], files: dict[str, SqlFile], project: Project
) -> Iterator[Difference]:
    for row in recorded:
        file = files.get(row.id)
        if file is None or sha256(file.text) != row.content_sha256:
            continue
        now = variables_of(file, project)
        if now != row.variables:
            changes = ", ".join(
                f"{name} {_shown(row.variables, name)} -> {_shown(now, name)}"
                for name in sorted({*now, *row.variables})
                if now.get(name) != row.variables.get(name)
            )
            detail = f"{row.id} was rendered with other variables: {changes}"
            yield Difference("variables", row.id, detail, file=file, recorded=row)


def _shown(variables: dict[str, object], name: str) -> str:
    return json.dumps(variables[name]) if name in variables else "(none)"


def out_of_order(
    migrations: Sequence[SqlMigration], applied: Iterable[str], accepted: Acceptances
) -> list[Difference]:
    """Return the new migrations that come before an applied one of the same folder."""
    done = set(applied)
    last: dict[str, str] = {}
    found: list[Difference] = []
    for migration in reversed(migrations):
        folder = str(migration.file.path.parent)
        if migration.id in done:
            last.setdefault(folder, migration.id)
        elif folder in last and not accepted.has(
            "reordered", migration.id, sha256(migration.file.text)
        ):
            detail = f"{migration.id} is new, but comes before {last[folder]}, which is applied"
            found.append(Difference("reordered", migration.id, detail, file=migration.file))
    return found[::-1]


def unified(old: str, new: str, old_name: str, new_name: str) -> str:
    """Return the unified diff of two texts."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), old_name, new_name, lineterm=""
    )
    return "\n".join(lines)


def refusal(found: Sequence[Difference]) -> Failure:
    """Return the failure with which plan and apply stop at differences."""
    lines = [line for item in found for line in item.diff.splitlines()]
    if len(lines) > DIFF_LINES:
        rest = len(lines) - DIFF_LINES
        lines = [*lines[:DIFF_LINES], f"... {rest} more lines, see 'mdt verify'."]
    why = [
        text for kind, text in _WHY.items() if any(difference.kind == kind for difference in found)
    ]
    accept = f"'mdt accept {found[0].name} --reason TEXT'"
    return Failure(
        f"applied migrations differ from their files: {'; '.join(item.detail for item in found)}",
        "\n".join([*why, *lines]),
        f"Restore it and write the change as a new migration, or accept it with {accept}.",
    )


_WHY = {
    "chain": "Somebody has changed the ledger; what it says cannot be relied on.",
    "edited": "A migration runs once; an edit of it would reach new databases only.",
    "renamed": "Under another name it would be applied a second time.",
    "missing": "A new database would be built without it.",
    "reordered": "New databases would get it in another order than this one.",
}
