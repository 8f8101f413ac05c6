"""The rule about the way back: a migration and its rollback side by side."""

from collections.abc import Iterator

from toolkit.hazards.known import new_name, plain
from toolkit.hazards.registry import MIGRATION, over
from toolkit.hazards.scene import Scene
from toolkit.statements import Action

# A change of type after which the old value cannot be computed any more.
_LOSES = {
    "numeric": ("integer", "bigint", "smallint", "real", "double precision"),
    "double precision": ("integer", "bigint", "smallint", "real", "numeric"),
    "real": ("integer", "bigint", "smallint"),
    "timestamptz": ("date", "time", "timestamp"),
    "timestamp": ("date", "time"),
    "jsonb": ("boolean", "integer", "bigint"),
    "json": ("jsonb",),
    "text": ("boolean",),
}
_MOVES = ("rename", "set_schema")


@over(
    54,
    "rollback_not_inverse",
    why="A way back that does not lead to where it began leaves things behind, or takes away what "
    "was there before: the next apply fails, or finds less.",
    mend="Undo exactly what the migration does, in the opposite order; where that is impossible, "
    "let the rollback raise and say so. 'mdt ci' proves it by going there and back.",
    found_by=("text", "ci"),
    files=(MIGRATION,),
)
def _rollback_not_inverse(scene: Scene) -> Iterator[tuple[int, str]]:
    if scene.context.rollback is None:
        return
    back = [action for one in scene.context.rollback for action in one.actions]
    if any(action.kind == "do" for action in back):
        return  # it raises, or decides by itself
    left = Left()
    for action in scene.actions:
        left.follow(action)
    restored = {plain(one.name) for one in back if one.kind.startswith(("create_", "add_column"))}
    for action in back:
        is_known = left.follow(action, undoes=True) or plain(action.name) in restored
        if not is_known and not _is_put_back(action, scene):
            yield 1, f"the rollback drops {action.name}, which this file did not make"
    for action in left.made.values():
        yield action.line, f"the rollback leaves {action.name}"
    yield from _not_restored(scene, back)
    yield from _lost(scene)


class Left:
    """What a migration has made, under the names of the moment. tables: whose each thing is."""

    def __init__(self) -> None:
        self.made: dict[str, Action] = {}
        self.tables: dict[str, str] = {}

    def follow(self, action: Action, *, undoes: bool = False) -> bool:
        """Go on by one action; False when it drops data that is not among what was made.

        undoes: it is of the rollback, and what that makes is what was there before.
        """
        name, table = plain(action.name), plain(action.table)
        key = f"{table}.{action.name}" if action.object_type == "column" else name
        if action.nested or action.has("temporary") or not name:
            return True  # what has no name of its own goes with its table
        if action.kind == "add_column" or action.kind.startswith("create_"):
            if not (undoes or action.has("if_not_exists") or action.has("or_replace")):
                self.made[key], self.tables[key] = action, table
        elif action.kind in _MOVES and action.object_type == "table":
            self._rename(table, plain(new_name(action)))
        elif action.kind == "rename" and action.object_type == "column":
            self._rename(key, f"{table}.{action.text('to')}")
        elif action.kind.startswith("drop_"):
            known = key in self.made or table in self.made
            self._drop(key, is_schema=action.kind == "drop_schema")
            return known or action.kind not in ("drop_table", "drop_schema", "drop_column")
        return True

    def _rename(self, old: str, new: str) -> None:
        for key in list(self.made):
            if key == old or key.startswith(f"{old}."):
                moved = new + key.removeprefix(old)
                self.made[moved], self.tables[moved] = self.made.pop(key), self.tables.pop(key)
        self.tables = {key: new if of == old else of for key, of in self.tables.items()}

    def _drop(self, name: str, *, is_schema: bool) -> None:
        gone = {name}
        gone |= {
            key
            for key in self.made
            if key.startswith(f"{name}.") and (is_schema or name in self.made)
        }
        for key in list(self.made):
            if key in gone or self.tables[key] in gone:
                self.made.pop(key)
                self.tables.pop(key)


def _is_put_back(action: Action, scene: Scene) -> bool:
    """Tell whether what a rollback drops is what the migration has dropped, and made otherwise."""
    return any(
        one.kind == action.kind and plain(one.name) == plain(action.name) for one in scene.actions
    )


_RESTORED_BY = {
    "drop_table": "create_table",
    "drop_column": "add_column",
    "alter_column_type": "alter_column_type",
}


def _not_restored(scene: Scene, back: list[Action]) -> Iterator[tuple[int, str]]:
    """Yield what a migration drops, changes or renames and its rollback does not bring back."""
    done = {(one.kind, plain(one.table), one.name.rpartition(".")[2]) for one in back}
    for action in scene.actions:
        restores = _RESTORED_BY.get(action.kind)
        wanted = (restores, plain(action.table), action.name.rpartition(".")[2])
        if restores and scene.is_old(action.table) and wanted not in done:
            yield action.line, f"the rollback does not bring back {action.name}"
    moved = [one for one in scene.actions if one.kind in _MOVES]
    if moved and not any(one.kind in _MOVES for one in back):
        yield moved[0].line, f"the rollback does not give back the name {moved[0].name}"


def _lost(scene: Scene) -> Iterator[tuple[int, str]]:
    """Yield the changes of type after which no rollback can compute the old values."""
    for action in scene.actions:
        old = scene.before.table(action.table).columns.get(action.name)
        if action.kind != "alter_column_type" or old is None or action.column is None:
            continue
        before, after = (one.type.partition("(")[0] for one in (old, action.column))
        if after in _LOSES.get(before, ()):
            yield action.line, f"{before} to {after} loses what a rollback would have to bring back"
