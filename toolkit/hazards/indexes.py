"""Rules about indexes."""

from collections.abc import Iterator

from toolkit.hazards.known import plain
from toolkit.hazards.registry import MIGRATION, OBJECT, ROLLBACK, WARNING, on, over
from toolkit.hazards.scene import Scene
from toolkit.statements import Action

_TRACED = ("text", "trace")


@on(
    1,
    "index_without_concurrently",
    "create_index",
    why="A plain build takes a SHARE lock: nobody can write to the table until it is done.",
    mend="Say 'create index concurrently', in a file of its own with '-- transactional: false'; "
    "on a partitioned table build it on each partition first, and on the parent after that.",
    found_by=_TRACED,
)
def _index_without_concurrently(action: Action, scene: Scene) -> Iterator[str]:
    if not action.has("concurrently") and not action.has("only") and scene.is_old(action.table):
        yield f"building this index stops all writes to {action.table}"


@on(
    2,
    "drop_index_without_concurrently",
    "drop_index",
    why="A plain drop takes an ACCESS EXCLUSIVE lock on the table: it waits for every query, and "
    "every later query waits for it.",
    mend="Say 'drop index concurrently', in a file with '-- transactional: false'.",
    found_by=_TRACED,
)
def _drop_index_without_concurrently(action: Action, scene: Scene) -> Iterator[str]:
    index = scene.known.index(action.name)
    new = scene.is_own(action) and (index is None or not scene.is_old(index.table))
    if not action.has("concurrently") and not new:
        yield f"dropping {action.name} locks out readers and writers of its table"


@on(
    3,
    "reindex_without_concurrently",
    "reindex",
    why="A plain REINDEX stops writes to the table, and the queries that would use the index.",
    mend="Say 'reindex ... concurrently', in a file with '-- transactional: false'.",
    found_by=_TRACED,
)
def _reindex_without_concurrently(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    if not action.has("concurrently"):
        yield f"rebuilding {action.name or 'the indexes'} stops writes until it is done"


@on(
    5,
    "concurrently_if_not_exists",
    "create_index",
    why="A concurrent build that failed leaves an INVALID index of the name. With IF NOT EXISTS "
    "the next try finds it, does nothing and reports success.",
    mend="Leave 'if not exists' out: the engine drops an invalid index before it builds, and "
    "looks at the result after it.",
)
def _concurrently_if_not_exists(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    if action.has("concurrently") and action.has("if_not_exists"):
        yield f"an invalid {action.name} would be taken for the finished index"


@over(
    39,
    "index_dropped_before_new",
    why="Between the drop and the end of the build, every query that needs the index reads the "
    "whole table.",
    mend="Build the new index under another name first, then drop the old one.",
    files=(MIGRATION, OBJECT),
)
def _index_dropped_before_new(scene: Scene) -> Iterator[tuple[int, str]]:
    tables = {name: one.table for name, one in scene.before.indexes.items()}
    dropped: dict[str, Action] = {}
    for action in scene.actions:
        if action.kind == "drop_index":
            dropped[plain(action.name)] = action
        elif action.kind == "create_index":
            for name, drop in dropped.items():
                same_table = tables.get(name) == plain(action.table) and name != ""
                if name == plain(action.name) or (same_table and scene.is_old(action.table)):
                    yield drop.line, f"{name} is gone while {action.name} is built"


@on(
    40,
    "unusual_index",
    "create_index",
    why="A hash index knows equality only and is seldom smaller; a non-unique index of more than "
    "three columns is seldom used beyond the third, yet every write pays for all.",
    mend="Use a btree with the columns that queries filter by, or 'include (...)' for the rest.",
    severity=WARNING,
)
def _unusual_index(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    if action.options["method"] == "hash":
        yield f"{action.name} is a hash index"
    if len(action.columns) > 3 and not action.has("unique"):
        yield f"{action.name} has {len(action.columns)} columns and is not unique"


@over(
    45,
    "no_analyze",
    why="There are no statistics of an expression until the table is analyzed, and a change of "
    "type throws away those of the column: plans are guesses until autovacuum comes by.",
    mend="Say 'analyze TABLE;' after it.",
    severity=WARNING,
    files=(MIGRATION, ROLLBACK),
)
def _no_analyze(scene: Scene) -> Iterator[tuple[int, str]]:
    actions = scene.actions
    for place, action in enumerate(actions):
        on_expression = action.kind == "create_index" and action.has("expression")
        if not (on_expression or action.kind == "alter_column_type"):
            continue
        analyzed = any(
            later.kind == "analyze" and plain(later.table) in ("", plain(action.table))
            for later in actions[place:]
        )
        if scene.is_old(action.table) and not analyzed:
            yield action.line, f"{action.table} is not analyzed after this"
