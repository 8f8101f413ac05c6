"""Rules about constraints."""

from collections.abc import Iterator

from toolkit.hazards.known import plain
from toolkit.hazards.registry import MIGRATION, OBJECT, ROLLBACK, WARNING, on, over
from toolkit.hazards.scene import Scene
from toolkit.statements import Action, Constraint

_TRACED = ("text", "trace")
_ADDS = ("add_constraint", "add_column")


def _added(action: Action, scene: Scene, kind: str) -> Iterator[Constraint]:
    """Yield the constraints of a kind that an action adds to a table that has users."""
    if scene.is_old(action.table):
        yield from (one for one in action.constraints if one.kind == kind)


@on(
    8,
    "set_not_null",
    "set_not_null",
    "add_constraint",
    why="The server reads the whole table under an ACCESS EXCLUSIVE lock, unless a valid check "
    "constraint has proven that there is no null.",
    mend="Add 'check (COLUMN is not null) not valid', validate it in a later file, then set not "
    "null and drop the check.",
    found_by=_TRACED,
)
def _set_not_null(action: Action, scene: Scene) -> Iterator[str]:
    added = [one for one in _added(action, scene, "not_null") if not one.not_valid]
    columns = [one.columns[0] for one in added] or [action.name]
    adds = bool(added) or action.kind == "set_not_null"
    proven = all(scene.known.is_not_null(action.table, column) for column in columns)
    if adds and scene.is_old(action.table) and not proven:
        yield f"all of {action.table} is read while nobody can use it"


@on(
    9,
    "foreign_key_without_not_valid",
    *_ADDS,
    why="Adding it reads the whole table, while neither table can be written to.",
    mend="Add it 'not valid', then 'validate constraint' in a later file.",
    found_by=_TRACED,
)
def _foreign_key_without_not_valid(action: Action, scene: Scene) -> Iterator[str]:
    # Of a new column that is null everywhere there is nothing to check.
    empty = action.kind == "add_column" and action.column and not action.column.default
    for one in _added(action, scene, "foreign_key"):
        if not one.not_valid and not empty:
            yield f"{action.table} and {one.references} cannot be written to while it is checked"


@on(
    10,
    "check_without_not_valid",
    *_ADDS,
    why="The server reads the whole table under an ACCESS EXCLUSIVE lock.",
    mend="Add it 'not valid', then 'validate constraint' in a later file.",
    found_by=_TRACED,
)
def _check_without_not_valid(action: Action, scene: Scene) -> Iterator[str]:
    for one in _added(action, scene, "check"):
        if not one.not_valid:
            yield f"all of {action.table} is read while nobody can use it"


@over(
    11,
    "validate_in_same_transaction",
    why="The strong lock that adding the constraint took is held until the transaction ends, so "
    "the whole scan runs under it and NOT VALID has gained nothing.",
    mend="Validate it in a file of its own, which runs after this one.",
)
def _validate_in_same_transaction(scene: Scene) -> Iterator[tuple[int, str]]:
    if not scene.transactional:
        return
    added = set()
    for action in scene.actions:
        key = plain(action.table), action.name
        if action.kind == "add_constraint" and scene.is_old(action.table):
            added.add(key)
        elif action.kind == "validate_constraint" and key in added:
            yield action.line, f"{action.name} is validated in the transaction that adds it"


@on(
    12,
    "unique_without_using_index",
    *_ADDS,
    why="The index is built under an ACCESS EXCLUSIVE lock.",
    mend="Create a unique index concurrently in an earlier file, then add the constraint "
    "'unique using index'.",
    found_by=_TRACED,
)
def _unique_without_using_index(action: Action, scene: Scene) -> Iterator[str]:
    for one in _added(action, scene, "unique"):
        if not one.using_index:
            yield f"nobody can use {action.table} while the index is built"


@on(
    13,
    "primary_key_under_lock",
    *_ADDS,
    why="The index is built under an ACCESS EXCLUSIVE lock; with USING INDEX, a column that may "
    "be null is set not null, which reads the whole table.",
    mend="Create a unique index concurrently and make its columns not null (rule set_not_null) in "
    "earlier files, then add 'primary key using index'.",
    found_by=_TRACED,
)
def _primary_key_under_lock(action: Action, scene: Scene) -> Iterator[str]:
    for one in _added(action, scene, "primary_key"):
        index = scene.known.index(one.using_index)
        if not one.using_index:
            yield f"nobody can use {action.table} while the index is built"
        for column in index.columns if index else ():
            if not scene.known.is_not_null(action.table, column):
                yield f"{column} may be null, so all of {action.table} is read under the lock"


@on(
    14,
    "exclude_constraint",
    "add_constraint",
    why="Its index is built under an ACCESS EXCLUSIVE lock; there is no online way.",
    mend="Add it while the table is small, or move the rows to a new table that has it.",
    found_by=_TRACED,
)
def _exclude_constraint(action: Action, scene: Scene) -> Iterator[str]:
    for _ in _added(action, scene, "exclude"):
        yield f"nobody can use {action.table} while the index is built"


def _foreign_keys(scene: Scene) -> Iterator[tuple[Action, Constraint]]:
    for action in scene.actions:
        for one in action.constraints:
            if one.kind == "foreign_key":
                yield action, one


@over(
    28,
    "several_foreign_keys",
    why="Each takes a lock on both of its tables until the transaction ends; applications that "
    "take them in another order deadlock with it.",
    mend="One foreign key to an existing table per file.",
    severity=WARNING,
    found_by=_TRACED,
)
def _several_foreign_keys(scene: Scene) -> Iterator[tuple[int, str]]:
    if not scene.transactional:
        return
    seen: list[str] = []
    for action, one in _foreign_keys(scene):
        if one.references in seen or not scene.is_old(one.references):
            continue
        seen.append(one.references)
        if len(seen) == 2:
            yield action.line, f"writes to {' and '.join(seen)} stop in one transaction"
    for action in scene.actions:
        held = scene.before.table(action.name) if action.kind == "drop_table" else None
        others = {one.references for one in held.constraints.values()} - {""} if held else set()
        if len(others) > 1 and not scene.is_new(action.name):
            yield action.line, f"dropping it locks {' and '.join(sorted(others))} as well"


@over(
    29,
    "foreign_key_without_index",
    why="Every delete or change of a key in the referenced table reads this whole table; with "
    "columns of different types each comparison is a conversion, and may miss the index.",
    mend="Create an index that begins with the foreign key's columns, and use the type of the key.",
    severity=WARNING,
    files=(MIGRATION, OBJECT),
)
def _foreign_key_without_index(scene: Scene) -> Iterator[tuple[int, str]]:
    for action, one in _foreign_keys(scene):
        table = scene.known.table(action.table)
        is_known = table.is_complete or action.kind == "add_column"
        if is_known and not scene.known.is_indexed(action.table, one.columns):
            yield action.line, f"no index of {action.table} begins with {', '.join(one.columns)}"
        yield from _different_types(action, one, scene)


_SERIAL = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}


def _different_types(action: Action, one: Constraint, scene: Scene) -> Iterator[tuple[int, str]]:
    child = scene.known.table(action.table).columns
    parent = scene.known.table(one.references)
    keys = [key.columns for key in parent.constraints.values() if key.kind == "primary_key"]
    targets = one.referenced_columns or (keys[0] if keys else ())
    for name, target in zip(one.columns, targets, strict=False):
        pair = (child.get(name), parent.columns.get(target))
        types = [_SERIAL.get(part.type, part.type) for part in pair if part and part.type]
        if len(set(types)) > 1:
            yield action.line, f"{name} is {types[0]}, but {one.references}.{target} is {types[1]}"


@on(
    35,
    "domain_check",
    "create_domain",
    "alter_domain_add",
    why="A check of a domain cannot be added online: every column of the type is read under a "
    "lock, and a change of it reaches tables that nobody thought of.",
    mend="Use the base type, and a check constraint of the table.",
    severity=WARNING,
)
def _domain_check(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    if action.kind == "create_domain" and action.has("check"):
        yield f"{action.name} is a domain with a check"
    elif action.kind == "alter_domain_add" and not action.has("not_valid"):
        yield f"every column of {action.name} is read under a lock"


@on(
    37,
    "attach_without_check",
    "attach_partition",
    why="Without a valid check that implies the bounds, the server reads the whole partition "
    "while it is locked, and the default partition as well.",
    mend="Add a check of the bounds 'not valid', validate it in a later file, then attach; drop "
    "the check after it.",
    found_by=_TRACED,
)
def _attach_without_check(action: Action, scene: Scene) -> Iterator[str]:
    constraints = scene.known.table(action.name).constraints.values()
    proven = any(one.kind == "check" and not one.not_valid for one in constraints)
    if scene.is_old(action.name) and not proven:
        yield f"all of {action.name} is read while it is locked"


@on(
    52,
    "references_existing_table",
    "create_table",
    why="Even an empty table with a foreign key takes a SHARE ROW EXCLUSIVE lock on the table "
    "that it refers to: nobody can write there until the transaction ends.",
    mend="Create the table without it, and add the foreign key 'not valid' in a file of its own, "
    "which is short and tried again.",
    severity=WARNING,
    found_by=_TRACED,
    files=(MIGRATION, ROLLBACK, OBJECT),
)
def _references_existing_table(action: Action, scene: Scene) -> Iterator[str]:
    hot = {
        one.references
        for one in action.constraints
        if one.kind == "foreign_key"
        and scene.is_old(one.references)
        and plain(one.references) != plain(action.name)
    }
    for name in sorted(hot):
        yield f"writes to {name} wait until this transaction ends"
