"""What the privacy commands ask of the database, each in as few words as the SQL allows."""

import json
from collections.abc import Iterable
from typing import Any

from psycopg import sql

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.installed import Installed

Row = dict[str, Any]


def read_ledger(file: Any) -> str:
    """Return the text of a ledger file. Errors: Failure when it is none."""
    text: str = file.read()
    try:
        entries = json.loads(text)
    except json.JSONDecodeError as error:
        raise Failure(
            f"{file.name} is no ledger: {error}", hint="Write one with 'mdt privacy ledger --out'."
        ) from error
    wanted = {"id", "subject_kind", "subject_sha256", "mode", "erased_at"}
    if not isinstance(entries, list) or any(
        not isinstance(entry, dict) or not wanted <= entry.keys() for entry in entries
    ):
        raise Failure(
            f"{file.name} is no ledger: it is no list of entries with {', '.join(sorted(wanted))}",
            hint="Write one with 'mdt privacy ledger --out'.",
        )
    return text


def forget_subject(
    installed: Installed, kind: str, key: str, mode: str, dry_run: bool, origin: str = "command"
) -> list[Row]:
    """Forget a person, and return the counts by table and action; see system.forget_subject()."""
    return installed.rows(
        "select * from system.forget_subject(%s, %s, %s, %s, %s)", kind, key, mode, dry_run, origin
    )


def distinctive_values(installed: Installed, kind: str, key: str) -> list[str]:
    """Return what a person is known by, as far as it can be told from common words."""
    rows = installed.rows(
        """
        select distinct known.value from system.subject_values(%s, %s) as known (value)
        where system.is_distinctive(known.value)
        """,
        kind,
        key,
    )
    return [row["value"] for row in rows]


def look_for(app: App, installed: Installed, values: list[str]) -> list[Row]:
    """Return the columns in which values stand, and say which tables could not be read."""
    if not values:
        return []
    for table in installed.rows("select * from system.unseen_tables()"):
        app.remark(f"{table['relation_name']} was not looked through: {table['reason']}")
    return installed.rows(
        "select relation_name, column_name, rows from system.find_values(%s)", values
    )


def vacuum_tables(app: App, connection: Connection, steps: Iterable[Row]) -> None:
    """Remove dead rows and renew the statistics, which hold values as well."""
    for name in sorted({step["relation_name"] for step in steps}):
        app.detail(f"vacuum {name}")
        parts = db.scalar(connection, "select parse_ident(%s)", name)
        connection.execute(sql.SQL("vacuum (analyze) {}").format(sql.Identifier(*parts)))


def retain(app: App, installed: Installed, policy: Row) -> Row:
    """Apply one policy until nothing is left that is due, or it fails; return the sums."""
    total = {"policy": policy["policy"], "removed_rows": 0, "removed_partitions": 0}
    while True:
        found = installed.rows("select * from system.apply_retention(%s, 10000)", policy["policy"])
        if not found:
            return {**total, "left_rows": None, "error": "it is at work elsewhere"}
        [row] = found
        total["removed_rows"] += row["removed_rows"]
        total["removed_partitions"] += row["removed_partitions"]
        is_done = row["error"] or not (row["removed_rows"] or row["removed_partitions"])
        if is_done or not row["left_rows"]:
            return {**total, "left_rows": row["left_rows"], "error": row["error"]}
        app.remark(f"{policy['policy']}: {total['removed_rows']} rows, {row['left_rows']} left")
