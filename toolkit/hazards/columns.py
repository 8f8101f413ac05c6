"""Rules about columns and their types."""

import re
from collections.abc import Iterator

from toolkit.hazards.known import plain
from toolkit.hazards.registry import MIGRATION, OBJECT, ROLLBACK, WARNING, on
from toolkit.hazards.scene import Scene
from toolkit.statements import Action, Column
from toolkit.statements.effects import fills_rows, is_volatile

_TRACED = ("text", "trace")
_LENGTH = re.compile(r"(varchar|char|numeric|timestamp|timestamptz|text)(?:\((\d+)(?:, (\d+))?\))?")
_MAKES = ("create_table", "add_column", "alter_column_type")


def _columns(action: Action) -> Iterator[Column]:
    """Yield the columns whose type an action decides."""
    yield from action.parts
    if action.column is not None:
        yield action.column


@on(
    6,
    "add_column_volatile_default",
    "add_column",
    why="A default that differs from row to row is written into every row, under an ACCESS "
    "EXCLUSIVE lock.",
    mend="Add the column without it, set the default after that, and fill old rows in batches.",
    found_by=_TRACED,
)
def _add_column_volatile_default(action: Action, scene: Scene) -> Iterator[str]:
    default = action.column.default if action.column else ""
    if scene.is_old(action.table) and is_volatile(default):
        yield f"all of {action.table} is rewritten, since {default} may be volatile"


@on(
    7,
    "add_column_not_null",
    "add_column",
    why="It fails as soon as the table has one row.",
    mend="Give it a constant default, or add it as nullable, fill it, and set not null later.",
    found_by=_TRACED,
)
def _add_column_not_null(action: Action, scene: Scene) -> Iterator[str]:
    column = action.column
    if column is None or not column.not_null or not scene.is_old(action.table):
        return
    if not (column.default or column.generated or column.is_serial):
        yield f"{column.name} would be null in the rows that {action.table} has"


def is_safe_change(old: str, new: str) -> bool:
    """Tell whether a change of type needs no rewrite: a text or number that may be longer."""
    before, after = _LENGTH.fullmatch(old), _LENGTH.fullmatch(new)
    if old == new:
        return True
    if before is None or after is None:
        return False
    if after[1] == "text" or (after[1] == "varchar" and after[2] is None):
        return before[1] in ("varchar", "text")
    if before[1] != after[1] or after[1] == "char":
        return False
    if after[2] is None:
        return True
    if before[2] is None:
        return False
    same_scale = (before[3] or "0") == (after[3] or "0")
    return int(after[2]) >= int(before[2]) and same_scale


@on(
    15,
    "change_column_type",
    "alter_column_type",
    why="The table and its indexes are rewritten under an ACCESS EXCLUSIVE lock, and clients "
    "that know the old type fail.",
    mend="Add a column of the new type, keep both in step with a trigger, fill it in batches, "
    "then switch: 'mdt new migration --change-type'.",
    found_by=_TRACED,
)
def _change_column_type(action: Action, scene: Scene) -> Iterator[str]:
    old = scene.known.table(action.table).columns.get(action.name)
    new = action.column.type if action.column else ""
    safe = old is not None and not action.has("using") and is_safe_change(old.type, new)
    if scene.is_old(action.table) and not safe:
        was = f" from {old.type}" if old is not None and old.type else ""
        yield f"changing {action.name}{was} to {new} may rewrite {action.table}"


@on(
    16,
    "add_generated_column",
    "add_column",
    "add_identity",
    "set_expression",
    why="Every row gets a value of its own, so the table is rewritten under an ACCESS EXCLUSIVE "
    "lock.",
    mend="Add a plain column, fill it in batches, then give it its default or identity; a stored "
    "expression can be kept by a trigger, or be virtual from PostgreSQL 18 on.",
    found_by=_TRACED,
)
def _add_generated_column(action: Action, scene: Scene) -> Iterator[str]:
    adds = action.column is not None and fills_rows(action.column)
    # An identity on a column that is there changes no row.
    if scene.is_old(action.table) and adds and action.kind != "add_identity":
        yield f"all of {action.table} is rewritten to number or compute {action.name}"
    elif action.kind == "set_expression" and scene.is_old(action.table):
        yield f"all of {action.table} is rewritten to compute {action.name}"


@on(
    17,
    "json_column",
    *_MAKES,
    why="json has no equality: DISTINCT, GROUP BY and UNION fail, and each access reads the text "
    "anew.",
    mend="Use jsonb.",
    severity=WARNING,
)
def _json_column(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    for column in _columns(action):
        if column.type in ("json", "json[]"):
            yield f"{column.name} is json"


@on(
    18,
    "drop_column",
    "drop_column",
    why="The data is gone, and clients that have the column in a prepared statement or a query "
    "fail at once.",
    mend="Stop reading it, wait until no client does, keep a copy; then allow it with the date.",
)
def _drop_column(action: Action, scene: Scene) -> Iterator[str]:
    if not scene.is_own(action):
        yield f"{action.table}.{action.name} and what it holds are gone"


@on(
    21,
    "drop_not_null_or_default",
    "drop_not_null",
    "drop_default",
    why="Clients that never met a null there will meet one.",
    mend="Make sure that every reader copes with null, and say so in the allow line.",
    severity=WARNING,
)
def _drop_not_null_or_default(action: Action, scene: Scene) -> Iterator[str]:
    key = f"{plain(action.table)}.{action.name}"
    if scene.is_new(action.table) or scene.is_new(key) or key in scene.set_by_forward:
        return
    # A default that this file has given, e.g. to fill a new column, may go again.
    if not any(
        one.kind == "set_default" and one.name == action.name and one.table == action.table
        for one in scene.done
    ):
        yield f"{action.table}.{action.name} may be null from now on"


_KEY_TYPES = ("smallint", "integer")


@on(
    30,
    "small_key",
    "create_table",
    "add_column",
    "alter_column_type",
    "add_identity",
    why="An integer key overflows at 2,147,483,647, and then every insert fails; serial leaves a "
    "sequence with rights and an owner of its own.",
    mend="Use 'bigint generated always as identity' or uuid.",
    severity=WARNING,
)
def _small_key(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    keys = {name for one in action.constraints if one.kind == "primary_key" for name in one.columns}
    for column in _columns(action):
        if column.is_serial:
            yield f"{column.name} is {column.type}"
        elif column.type in _KEY_TYPES and (column.is_identity or keys == {column.name}):
            yield f"the key {column.name} is {column.type}"


@on(
    31,
    "limited_type",
    *_MAKES,
    why="A length limit has to be changed sooner or later, under a lock; char(n) pads with "
    "blanks; a timestamp without time zone means another moment for each reader.",
    mend="Use text with a check constraint, and timestamptz. (A currency may be char(3).)",
    severity=WARNING,
    files=(MIGRATION, ROLLBACK, OBJECT),
)
def _limited_type(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    for column in _columns(action):
        base = column.type.removesuffix("[]")
        if base == "char(3)" and column.name.endswith("currency"):
            continue
        if base.startswith(("char", "varchar(", "timestamp(")) or base == "timestamp":
            yield f"{column.name} is {column.type}"
