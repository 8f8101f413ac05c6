"""Rules about rows, blocks of code, and what cannot be read."""

import re
from collections.abc import Iterator

from toolkit.hazards.registry import MIGRATION, ROLLBACK, WARNING, on, over
from toolkit.hazards.scene import Scene
from toolkit.statements import Action

_TRACED = ("text", "trace")
_ONE_KEY = re.compile(
    r"^\(*\s*(?:\w+\.)?(?:\w+_)?id\s*(?:=\s*('[^']*'|\d+)|in\s*\(\s*('|\d))", re.I
)
_ALWAYS = re.compile(r"true|(\d+)\s*=\s*\1", re.I)
_RANGE = re.compile(r"\bbetween\s+('[^']*'|\d+)[:\w]*\s+and\s+('[^']*'|\d+)", re.I)
_WAITING = ("pg_advisory_lock", "pg_advisory_xact_lock", "pg_advisory_lock_shared",
            "pg_advisory_xact_lock_shared")  # fmt: skip


def _is_bounded(action: Action) -> bool:
    """Tell whether a statement changes a bounded number of rows, as far as its text tells."""
    condition = action.text("condition")
    return (
        action.has("limit")
        or bool(_ONE_KEY.match(condition))
        or bool(_RANGE.search(condition))
        or "current of" in condition.lower()
    )


@on(
    26,
    "unbatched_write",
    "update",
    "delete",
    "merge",
    "insert",
    why="One statement over many rows locks them all until the transaction ends, leaves as many "
    "dead rows, and lets replicas fall behind; it starts over when it is interrupted.",
    mend="Change the rows in batches, each committed by itself: a move ('mdt new move'), or a "
    "loop with 'limit' and 'commit' in a file with '-- transactional: false'.",
    found_by=_TRACED,
    files=(MIGRATION, ROLLBACK),
)
def _unbatched_write(action: Action, scene: Scene) -> Iterator[str]:
    if not scene.is_old(action.table) or _is_bounded(action):
        return
    if action.kind == "insert" and (action.has("values") or not action.options["reads"]):
        return
    if action.kind == "delete" and (not _has_condition(action) or _undoes_insert(action, scene)):
        return  # rule 53 says it, or it takes back what the migration inserted
    yield f"{action.kind} of {action.table} has no limit"


def _has_condition(action: Action) -> bool:
    """Tell whether a statement names rows; "where true" names all."""
    return action.has("where") and not _ALWAYS.fullmatch(action.text("condition"))


def _undoes_insert(action: Action, scene: Scene) -> bool:
    return any(
        one.kind == "insert" and one.table == action.table
        for statement in scene.context.forward
        for one in statement.actions
    )


@on(
    53,
    "delete_everything",
    "delete",
    "truncate",
    why="All rows are gone.",
    mend="Name the rows with WHERE; keep a copy, and allow it with where that is.",
)
def _delete_everything(action: Action, scene: Scene) -> Iterator[str]:
    all_rows = action.kind == "truncate" or not _has_condition(action)
    if scene.is_old(action.table) and all_rows and not action.has("cascade"):
        yield f"every row of {action.table} is gone"


@on(
    27,
    "unreadable_statement",
    "unknown",
    "alter_table",
    "alter_column",
    "execute",
    "call",
    "select",
    why="What it does cannot be read from the file: the other rules have not looked at it.",
    mend="Write the statement out, or run 'mdt lint --trace' and allow it with what you saw.",
    files=(MIGRATION, ROLLBACK),
)
def _unreadable_statement(action: Action, scene: Scene) -> Iterator[str]:
    if action.kind == "unknown" and action.name == "\\":
        yield "commands of psql cannot be sent to the server"
    elif action.kind == "unknown":
        yield f'"{action.name}" is not the beginning of a statement'
    elif action.kind in ("alter_table", "alter_column"):
        yield f"what it does to {action.name or 'the table'} is not known here"
    elif action.kind == "execute":
        yield "a statement is put together while it runs"
    elif action.kind == "call":
        yield f"what {action.name} does is in its own text"
    for name in action.options.get("functions", ()):
        ours = name.rpartition(".")[0] not in ("", "pg_catalog")
        if ours and action.kind == "select" and not scene.is_new(name):
            yield f"what {name}() does is in its own text"


_DDL = ("create_", "alter_", "drop_", "add_", "set_", "attach_", "detach_", "rename", "enable_",
        "disable_", "grant", "revoke", "reindex", "cluster", "vacuum", "truncate", "refresh_",
        "validate_", "comment")  # fmt: skip


@on(
    48,
    "hidden_ddl",
    "do",
    why="Linters and readers see one DO statement; what it changes depends on the state that it "
    "meets.",
    mend="Write the statement out, with 'if not exists' where that is the condition.",
    severity=WARNING,
    found_by=_TRACED,
)
def _hidden_ddl(action: Action, scene: Scene) -> Iterator[str]:
    statement = next(one for one in scene.statements if action in one.actions)
    hidden = [one for one in statement.actions if one.nested and one.kind.startswith(_DDL)]
    for one in hidden:
        yield f"a block hides {one.kind.replace('_', ' ')} {one.name}".rstrip()


@on(
    55,
    "waiting_advisory_lock",
    "select",
    "call",
    why="A session that waits inside pg_advisory_lock() holds a snapshot, so a CREATE INDEX "
    "CONCURRENTLY of the holder waits for it: a deadlock.",
    mend="Ask pg_try_advisory_lock() again and again, or leave it: the engine holds a lock.",
)
def _waiting_advisory_lock(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    for name in action.options.get("functions", ()):
        if name.rpartition(".")[2] in _WAITING:
            yield f"{name}() waits while it holds a snapshot"


@over(
    23,
    "no_lock_timeout",
    why="A statement that waits for a lock makes all later ones wait behind it. The engine gives "
    "up after seconds and tries again; a file that lifts the limit can stop an application.",
    mend="Leave lock_timeout and statement_timeout to the engine.",
)
def _no_lock_timeout(scene: Scene) -> Iterator[tuple[int, str]]:
    for action in scene.actions:
        if action.kind == "reset" and action.name in (*_LIMITS, "all"):
            yield action.line, f"reset {action.name} lifts the limit"
        if action.kind != "set" or action.name not in _LIMITS:
            continue
        value = action.text("value").lower()
        wait = _milliseconds(value)
        if not wait:
            yield action.line, f"{action.name} is switched off"
        elif action.name == "lock_timeout" and wait > LONGEST_WAIT_MS:
            yield action.line, f"a wait of {value} stops every later query for as long"


_LIMITS = ("lock_timeout", "statement_timeout")
LONGEST_WAIT_MS = 10_000
_UNITS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "": 1}


def _milliseconds(value: str) -> float | None:
    """Return a limit as the server reads it; None for the server's default."""
    found = re.fullmatch(r"([\d.]+)\s*(us|ms|s|min|h|d|)", value.strip())
    return float(found[1]) * _UNITS[found[2]] if found else None
