"""Rules about a file as a whole: its transaction, its place, its way back."""

from collections.abc import Callable, Iterator

from toolkit.hazards.registry import MIGRATION, ROLLBACK, over
from toolkit.hazards.scene import Scene
from toolkit.statements import Action

_ALONE = {
    *("create_database", "drop_database", "create_tablespace", "drop_tablespace", "vacuum"),
    *("alter_system", "drop_subscription", "create_subscription"),
}


def stands_alone(action: Action) -> bool:
    """Tell whether the server refuses an action inside a transaction."""
    concurrently = action.has("concurrently") and action.kind != "refresh_matview"
    everywhere = action.kind == "cluster" and not action.table
    return concurrently or action.kind in _ALONE or everywhere


@over(
    4,
    "concurrently_in_transaction",
    why="The server refuses it: it commits several times itself.",
    mend="Put it into a file of its own that says '-- transactional: false', not into a block.",
)
def _concurrently_in_transaction(scene: Scene) -> Iterator[tuple[int, str]]:
    for action in scene.actions:
        if stands_alone(action) and (scene.transactional or action.nested):
            yield action.line, f"{action.kind.replace('_', ' ')} cannot run in a transaction"


@over(
    33,
    "transaction_control",
    why="The engine begins and ends the transaction; a COMMIT in the file keeps half of it, and "
    "the rest is no longer undone with it.",
    mend="Remove it; where no transaction is wanted, say '-- transactional: false'.",
)
def _transaction_control(scene: Scene) -> Iterator[tuple[int, str]]:
    for action in scene.actions:
        in_block = action.kind == "commit_in_block" and scene.transactional
        if action.kind == "transaction_control" or in_block:
            yield action.line, f'"{action.name}" begins or ends a transaction'


def _or_replace(action: Action) -> bool:
    return action.has("or_replace") or action.has("if_not_exists")


_REPEATABLE: dict[str, Callable[[Action], bool]] = {
    "add_column": lambda action: action.has("if_not_exists"),
    "add_value": lambda action: action.has("if_not_exists"),
    "insert": lambda action: action.has("on_conflict"),
    "drop_column": lambda action: action.options.get("if_exists") is True,
    "rename": lambda _: False,
    "set_schema": lambda _: False,
    "attach_partition": lambda _: False,
    "copy_from": lambda _: False,
}


def is_repeatable(action: Action, before: list[Action]) -> bool:
    """Tell whether an action may run a second time after it has run once."""
    if action.nested or action.has("temporary"):
        return True  # a block can look first
    if action.kind == "create_index" and action.has("concurrently"):
        return True  # the engine looks whether it is there, and whether it is valid
    if action.kind in _REPEATABLE:
        return _REPEATABLE[action.kind](action)
    if action.kind == "add_constraint":
        return any(
            one.kind == "drop_constraint" and one.name == action.name and one.has("if_exists")
            for one in before
        )
    if action.kind.startswith("create_"):
        dropped = any(
            one.kind.startswith("drop_") and one.name == action.name and one.has("if_exists")
            for one in before
        )
        return _or_replace(action) or dropped
    if action.kind.startswith("drop_") and action.object_type not in ("column", "privileges"):
        return action.has("if_exists")
    return True


@over(
    32,
    "not_rerunnable",
    why="Each statement of such a file is kept as soon as it is done. After an interruption the "
    "one that was at work may run again, and fails because it has already been.",
    mend="Say 'if exists' or 'if not exists', 'on conflict', or 'drop constraint if exists' before "
    "an add; not with CREATE INDEX CONCURRENTLY, which the engine makes repeatable.",
    files=(MIGRATION, ROLLBACK),
)
def _not_rerunnable(scene: Scene) -> Iterator[tuple[int, str]]:
    if scene.transactional:
        return
    before: list[Action] = []
    for action in scene.actions:
        if not is_repeatable(action, before):
            yield action.line, f"{action.kind.replace('_', ' ')} {action.name} fails a second time"
        before.append(action)


@over(
    46,
    "out_of_order",
    why="A file that runs after a later one in one database and before it in another makes two "
    "different databases; so does an edit of a file that has been applied.",
    mend="Give a new file the highest number, depend on earlier files only, and never edit what "
    "was applied: 'mdt status' names what differs.",
    found_by=("text", "ledger"),
    files=(MIGRATION,),
)
def _out_of_order(scene: Scene) -> Iterator[tuple[int, str]]:
    context = scene.context
    for written in context.depends:
        name = written.rpartition("/")[2]
        is_other = "/" in written or (name in context.others and name not in context.names)
        if not is_other and name >= context.id:
            yield 1, f"it depends on {name}, which comes after it"
        elif context.names and name not in (*context.names, *context.others):
            yield 1, f"it depends on {name}, which is not there"
    number = context.id[:4]
    twins = [name for name in context.names if name[:4] == number and name != context.id]
    if number.isdigit() and twins:
        yield 1, f"{', '.join(twins)} has the same number"
