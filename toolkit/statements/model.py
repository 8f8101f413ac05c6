"""What a statement does, as data: statements, their actions, and the parts of a table."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Constraint:
    """One constraint as written. kind: primary_key, unique, foreign_key, check, exclude, not_null.

    columns: those it stands on; of a check, every name in its expression.
    using_index: the index it takes over, if it does.
    """

    kind: str
    name: str = ""
    columns: tuple[str, ...] = ()
    references: str = ""
    referenced_columns: tuple[str, ...] = ()
    expression: str = ""
    not_valid: bool = False
    using_index: str = ""


@dataclass(frozen=True)
class Column:
    """One column as written. type: in its short form, e.g. bigint, varchar(10), timestamptz.

    generated: stored, virtual, or always and by_default of an identity; else empty.
    """

    name: str
    type: str = ""
    not_null: bool = False
    default: str = ""
    generated: str = ""
    constraints: tuple[Constraint, ...] = ()

    @property
    def is_serial(self) -> bool:
        """Tell whether its type makes a sequence of its own."""
        return self.type in ("serial", "smallserial", "bigserial")

    @property
    def is_identity(self) -> bool:
        """Tell whether it is an identity column."""
        return self.generated in ("always", "by_default")


@dataclass(frozen=True)
class Action:
    """One thing that a statement does.

    kind: snake_case, e.g. create_index, add_column, drop_table, update; unknown when it cannot
    be told. object_type: what it is done to. name: the object, as SQL (quoted where it has to
    be); of a part of a table, the part. table: the relation that is changed or locked. columns:
    what is named of it. options: switches as written (concurrently, if_not_exists, cascade ...).
    column, constraints, parts: what a table is made of. nested: executed by a DO block.
    """

    kind: str
    object_type: str = ""
    name: str = ""
    table: str = ""
    columns: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    column: Column | None = None
    parts: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    line: int = 1
    nested: bool = False

    def has(self, option: str) -> bool:
        """Tell whether a switch was written."""
        return bool(self.options.get(option))

    def text(self, option: str) -> str:
        """Return an option as text, empty when it was not written."""
        return str(self.options.get(option) or "")


@dataclass(frozen=True)
class Statement:
    """One statement of a file. offset: of its first character. line: from 1."""

    text: str
    offset: int
    line: int
    actions: tuple[Action, ...]
