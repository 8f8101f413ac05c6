"""What the statements so far say of the tables: columns, indexes, constraints."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from toolkit.statements import Action, Column, Constraint


@dataclass
class Index:
    """An index that a file makes."""

    table: str
    columns: tuple[str, ...]
    unique: bool


@dataclass
class Table:
    """A table as far as files tell."""

    columns: dict[str, Column] = field(default_factory=dict)
    not_null: set[str] = field(default_factory=set)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    is_complete: bool = False  # a file made it, so that nothing of it is unknown

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The columns of each key, which has an index."""
        kinds = ("primary_key", "unique", "exclude")
        return [one.columns for one in self.constraints.values() if one.kind in kinds]


def plain(name: str) -> str:
    """Return a name without "public.", which files may leave out."""
    return name.removeprefix("public.")


def new_name(action: Action) -> str:
    """Return the name of a table after it was renamed or moved to another schema."""
    schema, _, name = action.table.rpartition(".")
    to = action.text("to")
    if action.kind == "rename":
        return f"{schema}.{to}" if schema else to
    return f"{to}.{name}"


class Known:
    """Tables, indexes and the rest as the statements so far have left them."""

    def __init__(self, before: "Known | None" = None) -> None:
        self.tables: dict[str, Table] = dict(before.tables) if before else {}
        self.indexes: dict[str, Index] = dict(before.indexes) if before else {}
        self.bodies: dict[str, str] = dict(before.bodies) if before else {}
        self._owned: set[str] = set()  # tables that are not shared with the one before

    def table(self, name: str) -> Table:
        """Return what is known of a table; it may be nothing."""
        return self.tables.get(plain(name), _NOTHING)

    def learn(self, actions: Iterable[Action]) -> None:
        """Take in what actions do."""
        for action in actions:
            method = _LEARNS.get(action.kind)
            if method is not None:
                method(self, action)

    def _change(self, name: str) -> Table:
        """Return a table to be changed."""
        key = plain(name)
        if key not in self._owned:
            self._owned.add(key)
            old = self.table(name)
            self.tables[key] = Table(
                dict(old.columns), set(old.not_null), dict(old.constraints), old.is_complete
            )
        return self.tables[key]

    def index(self, name: str) -> Index | None:
        """Return an index by its name, with or without its schema."""
        short = name.rpartition(".")[2]
        return self.indexes.get(plain(name)) or next(
            (one for key, one in self.indexes.items() if key.rpartition(".")[2] == short), None
        )

    def is_indexed(self, table: str, columns: tuple[str, ...]) -> bool:
        """Tell whether an index or a key of a table begins with the columns, in any order."""
        size = len(columns)
        wanted = set(columns)
        found = [one.columns for one in self.indexes.values() if one.table == plain(table)]
        return any(set(one[:size]) == wanted for one in [*found, *self.table(table).keys])

    def is_not_null(self, table: str, column: str) -> bool:
        """Tell whether a column is NOT NULL, or a valid check says that it has no nulls."""
        found = self.table(table)
        if column in found.not_null:
            return True
        wanted = re.compile(rf"^\(*\s*{re.escape(column)}\s+is\s+not\s+null\s*\)*$", re.I)
        return any(
            (not one.not_valid and (one.kind == "not_null" and one.columns == (column,)))
            or (one.kind == "check" and not one.not_valid and bool(wanted.match(one.expression)))
            for one in found.constraints.values()
        )

    # -- one method for each kind of action that changes a table ------------------------------

    def _create_table(self, action: Action) -> None:
        table = Table(is_complete=not (action.options["like"] or action.has("of")))
        table.is_complete &= not action.options.get("inherits")
        self._owned.add(plain(action.table))
        self.tables[plain(action.table)] = table
        for column in action.parts:
            self._add_part(table, column)
        for number, one in enumerate(action.constraints):
            self._add(table, one, number)

    def _create_table_as(self, action: Action) -> None:
        self._owned.add(plain(action.table))
        self.tables[plain(action.table)] = Table()

    def _add_part(self, table: Table, column: Column) -> None:
        table.columns[column.name] = column
        if column.not_null:
            table.not_null.add(column.name)

    def _add(self, table: Table, one: Constraint, number: int = 0) -> None:
        if one.using_index and (index := self.index(one.using_index)):
            one = Constraint(one.kind, one.name or one.using_index, index.columns)
        table.constraints[one.name or f"{one.kind} {one.columns} {number}"] = one
        if one.kind == "primary_key":
            table.not_null |= set(one.columns)

    def _add_column(self, action: Action) -> None:
        table = self._change(action.table)
        if action.column is not None:
            self._add_part(table, action.column)
        for one in action.constraints:
            self._add(table, one)

    def _add_constraint(self, action: Action) -> None:
        self._add(self._change(action.table), action.constraints[0])

    def _validate_constraint(self, action: Action) -> None:
        constraints = self._change(action.table).constraints
        old = constraints.get(action.name)
        if old is not None:
            constraints[action.name] = Constraint(
                old.kind,
                old.name,
                old.columns,
                old.references,
                old.referenced_columns,
                old.expression,
            )

    def _drop_constraint(self, action: Action) -> None:
        self._change(action.table).constraints.pop(action.name, None)

    def _drop_column(self, action: Action) -> None:
        self._change(action.table).columns.pop(action.name, None)

    def _alter_column_type(self, action: Action) -> None:
        if action.column is not None:
            self._change(action.table).columns[action.name] = action.column

    def _set_not_null(self, action: Action) -> None:
        self._change(action.table).not_null.add(action.name)

    def _drop_not_null(self, action: Action) -> None:
        self._change(action.table).not_null.discard(action.name)

    def _create_index(self, action: Action) -> None:
        index = Index(plain(action.table), action.columns, action.has("unique"))
        self.indexes[plain(action.name)] = index

    def _rename(self, action: Action) -> None:
        to = action.text("to")
        if action.object_type == "table":
            self._move(action.table, new_name(action))
        elif action.object_type == "column":
            table = self._change(action.table)
            if action.name in table.columns:
                table.columns[to] = table.columns.pop(action.name)
            if action.name in table.not_null:
                table.not_null ^= {action.name, to}

    def _set_schema(self, action: Action) -> None:
        if action.object_type == "table":
            self._move(action.table, new_name(action))

    def _move(self, old: str, new: str) -> None:
        if plain(old) in self.tables:
            self.tables[plain(new)] = self.tables.pop(plain(old))
            self._owned.discard(plain(new))
        for name, index in list(self.indexes.items()):
            if index.table == plain(old):
                self.indexes[name] = Index(plain(new), index.columns, index.unique)

    def _drop_index(self, action: Action) -> None:
        self.indexes.pop(plain(action.name), None)

    def _drop_table(self, action: Action) -> None:
        self.tables.pop(plain(action.name), None)

    def _create_function(self, action: Action) -> None:
        if action.text("body"):
            self.bodies[plain(action.name)] = action.text("body")

    _create_procedure = _create_function

    def _drop_function(self, action: Action) -> None:
        self.bodies.pop(plain(action.name), None)

    _drop_procedure = _drop_function


_NOTHING = Table()
_LEARNS: dict[str, Callable[[Known, Action], None]] = {
    name[1:]: method
    for name, method in vars(Known).items()
    if name.startswith(("_create_", "_add_", "_drop_", "_alter_", "_set_", "_validate_", "_rename"))
    and name != "_add_part"
}
