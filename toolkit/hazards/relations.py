"""Rules about tables, views and partitions as a whole, and about the locks on them."""

from collections.abc import Iterator

from toolkit.hazards.known import new_name, plain
from toolkit.hazards.registry import MIGRATION, ROLLBACK, WARNING, on, over
from toolkit.hazards.scene import Scene
from toolkit.statements import Action, Lock, locks, scans

_TRACED = ("text", "trace")
_CLIENTS_SEE = ("table", "column", "schema", "value", "view", "materialized_view", "type")


@on(
    19,
    "drop_table",
    "drop_table",
    "drop_schema",
    "drop_database",
    "drop_foreign_table",
    "drop_owned",
    why="The data is gone.",
    mend="Rename it or move it to the schema archive first, drop it when nobody has missed it, "
    "and allow that with the date.",
)
def _drop_table(action: Action, scene: Scene) -> Iterator[str]:
    if not scene.is_own(action) or action.kind in ("drop_database", "drop_owned"):
        yield f"{action.name} and everything in it are gone"


@on(
    20,
    "rename",
    "rename",
    "set_schema",
    why="Clients that use the old name fail at once; a client cannot change at the same moment.",
    mend="Leave a view of the old name in the same transaction, or use "
    "'mdt new migration --rename-table / --rename-column / --move-schema'.",
)
def _rename(action: Action, scene: Scene) -> Iterator[str]:
    if action.object_type not in _CLIENTS_SEE or scene.is_new(action.table or action.name):
        return
    if any(_gives_back(action, done) for one in scene.context.forward for done in one.actions):
        return
    stands_in = scene.transactional and any(
        later.kind == "create_view" and plain(later.name) == plain(action.name)
        for later in scene.ahead
    )
    if not stands_in:
        of = f"{action.table}." if action.object_type == "column" else ""
        yield f"clients that know {of}{action.name} fail"


def _gives_back(action: Action, done: Action) -> bool:
    """Tell whether a rollback gives back the name that its migration has changed."""
    if (action.kind, action.object_type) != (done.kind, done.object_type):
        return False
    if action.object_type in ("table", "view", "materialized_view"):
        return (new_name(action), action.table) == (done.table, new_name(done))
    return (action.text("to"), action.name) == (done.name, done.text("to"))


@on(
    22,
    "truncate_cascade",
    "truncate",
    why="It empties every table that refers to this one, and those that refer to them.",
    mend="Name each table that is to be emptied.",
)
def _truncate_cascade(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    if action.has("cascade"):
        yield f"whatever refers to {action.name} is emptied too"


@over(
    24,
    "work_under_exclusive_lock",
    why="A lock that shuts out readers is held until the transaction ends, and so through "
    "everything that follows in it.",
    mend="Let the short statement with the strong lock be the last of its file, or in a file of "
    "its own; one table per file.",
    found_by=_TRACED,
)
def _work_under_exclusive_lock(scene: Scene) -> Iterator[tuple[int, str]]:
    if not scene.transactional:
        return
    held: dict[str, Action] = {}
    for statement in scene.statements:
        taken: dict[str, Action] = {}
        for action in statement.actions:
            strong = {plain(one.relation) for one in locks(action) if _shuts_out(one, scene)}
            others = [name for name in held if name not in strong]
            slow = scans(action) and scene.is_old(action.table)
            if others and slow and not _said_by_rule_11(action, held):
                yield action.line, f"{', '.join(others)} cannot be read while this runs"
            elif others and strong - set(held) and scene.context.kind == MIGRATION:
                waits = ", ".join(sorted(strong - set(held)))
                yield (
                    action.line,
                    f"{', '.join(others)} cannot be read while this waits for {waits}",
                )
            taken |= dict.fromkeys(strong, action)
        held = {**taken, **held}


def _shuts_out(lock: Lock, scene: Scene) -> bool:
    return lock.mode == "access exclusive" and scene.is_old(lock.relation)


def _said_by_rule_11(action: Action, held: dict[str, Action]) -> bool:
    first = held.get(plain(action.table))
    return (
        action.kind == "validate_constraint"
        and first is not None
        and first.kind == "add_constraint"
        and first.name == action.name
    )


_NOT_COMBINED = {
    *("rename", "set_schema", "attach_partition", "detach_partition", "validate_constraint"),
    *("owner_to", "enable_trigger", "disable_trigger"),
}


@over(
    25,
    "several_alter_table",
    why="Each statement is a pass of its own over the table where one of several subcommands "
    "would be one pass.",
    mend="Write the subcommands in one ALTER TABLE, separated by commas.",
    severity=WARNING,
)
def _several_alter_table(scene: Scene) -> Iterator[tuple[int, str]]:
    if not scene.transactional:
        return
    seen: set[str] = set()
    for statement in scene.statements:
        first = next(iter(statement.actions), None)  # none in an unfinished statement
        words = statement.text[:20].lower().split()
        if first is None or words[:2] != ["alter", "table"] or first.kind in _NOT_COMBINED:
            continue
        if scene.is_old(first.table) and plain(first.table) in seen:
            yield first.line, f"{first.table} is altered by several statements"
        seen.add(plain(first.table))


@on(
    36,
    "detach_without_concurrently",
    "detach_partition",
    why="It takes an ACCESS EXCLUSIVE lock on the parent: nobody can read any partition.",
    mend="Say 'detach partition ... concurrently', in a file with '-- transactional: false'.",
    found_by=_TRACED,
)
def _detach_without_concurrently(action: Action, scene: Scene) -> Iterator[str]:
    if not (action.has("concurrently") or action.has("finalize")) and scene.is_old(action.table):
        yield f"nobody can read {action.table} while {action.name} is detached"


@on(
    38,
    "rewrite_of_table",
    "vacuum",
    "cluster",
    why="The table is written anew under an ACCESS EXCLUSIVE lock, and needs its size again.",
    mend="Use pg_repack or pg_squeeze, or let plain vacuum and autovacuum do their work.",
    found_by=_TRACED,
)
def _rewrite_of_table(action: Action, scene: Scene) -> Iterator[str]:
    if action.kind == "vacuum" and not action.has("full"):
        return
    if not scene.is_new(action.table):
        what = action.table or "every table of the database"
        yield f"{what} is rewritten while nobody can use it"


@on(
    49,
    "create_trigger",
    "create_trigger",
    why="It takes a SHARE ROW EXCLUSIVE lock: writes wait, and from then on each of them pays for "
    "the function.",
    mend="Put it into a file of its own, so that the lock is short and can be tried again; allow "
    "it with what the function costs.",
    files=(MIGRATION, ROLLBACK),
    found_by=_TRACED,
)
def _create_trigger(action: Action, scene: Scene) -> Iterator[str]:
    if scene.is_old(action.table):
        yield f"writes to {action.table} wait for the lock, and pay for {action.name} after it"


_GENTLE = ("access share", "row share", "row exclusive", "share update exclusive")


@on(
    50,
    "strong_lock",
    "lock_table",
    "disable_trigger",
    "set_logged",
    "set_unlogged",
    why="LOCK TABLE and DISABLE TRIGGER stop writes until the transaction ends, and a disabled "
    "trigger leaves its work undone; SET LOGGED and SET UNLOGGED rewrite the table.",
    mend="Lock rows rather than tables; let the trigger look at a setting of the transaction.",
    found_by=_TRACED,
)
def _strong_lock(action: Action, scene: Scene) -> Iterator[str]:
    if not scene.is_old(action.table):
        return
    if action.kind == "lock_table":
        if action.text("mode") not in _GENTLE:
            yield f"{action.table} is locked in {action.text('mode')} mode"
    elif action.kind == "disable_trigger":
        yield f"the trigger {action.name} of {action.table} does not fire for anybody"
    else:
        yield f"{action.table} is rewritten while nobody can use it"


@on(
    51,
    "refresh_without_concurrently",
    "refresh_matview",
    why="Readers of the view wait until it is computed.",
    mend="Give it a unique index and say 'refresh materialized view concurrently'.",
    found_by=_TRACED,
)
def _refresh_without_concurrently(action: Action, scene: Scene) -> Iterator[str]:
    if not action.has("concurrently") and scene.is_old(action.table):
        yield f"readers of {action.name} wait until it is computed"
