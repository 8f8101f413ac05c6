"""What surrounds an action: its file, what came before it, and what the same file made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from toolkit import lexer
from toolkit.hazards.allow import Allow, read_allows
from toolkit.hazards.known import Known, new_name, plain
from toolkit.statements import Action, Statement


@dataclass(frozen=True)
class Context:
    """What is to be known of a file beside its statements.

    name: its path below the root. kind: migration, rollback or object. earlier: what the
    migrations before it have made; of a rollback, its migration among them. forward: of a
    rollback, the statements of its migration. rollback: of a migration, those of its rollback
    file; None where that is not known. bodies: tells the texts of functions in other files, by
    name. names: of all migrations of its folder, without ".sql"; others: of those before them.
    fresh: relations that hold nothing and that nobody uses, as far as a server was asked.
    """

    name: str = "migration.sql"
    kind: str = "migration"
    transactional: bool = True
    depends: tuple[str, ...] = ()
    allows: tuple[Allow, ...] = ()
    earlier: Known = field(default_factory=Known)
    forward: Sequence[Statement] = ()
    rollback: Sequence[Statement] | None = None
    bodies: Callable[[], Mapping[str, str]] = dict
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    fresh: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, name: str, **more: object) -> Self:
        """Return the context that a file's header and name tell. more: fields as they are."""
        header = lexer.header(text)
        told = {
            "kind": kind_of(name),
            "transactional": header.get("transactional") != "false",
            "depends": tuple(header.get("depends", "").split()),
            "allows": tuple(read_allows(text)),
        }
        return cls(name=name, **{**told, **more})  # type: ignore[arg-type]

    @property
    def id(self) -> str:
        """The file's name without folder and ending."""
        return self.name.rpartition("/")[2].removesuffix(".sql").removesuffix(".rollback")


def kind_of(name: str) -> str:
    """Return the kind of a file by its path: migration, rollback, object, verify or check."""
    parts = name.split("/")
    if parts[-2:-1] == ["verify"]:
        return "verify"
    if "checks" in parts[-4:-2]:  # checks/<area>/<name>, checks/<area>/inventory/<name>
        return "check"
    if parts[-4:-3] == ["sql"]:  # sql/<schema>/<kind>/<name>, sql/moves/<system>/<name>
        return "object"
    return "rollback" if name.endswith(".rollback.sql") else "migration"


class Scene:
    """A file while its actions are looked at one after the other."""

    def __init__(self, statements: Sequence[Statement], context: Context) -> None:
        self.statements = statements
        self.context = context
        self.before = context.earlier
        self.known = Known(context.earlier)
        self.done: list[Action] = []
        self.actions = [action for statement in statements for action in statement.actions]
        undone = [action for one in context.forward for action in one.actions]
        # What this file made, and of a rollback what its migration did.
        self.made: set[str] = set()
        for action in undone:
            follow(self.made, action)
        # Columns that the migration made stricter, which taking it back may undo.
        self.set_by_forward = {
            f"{plain(one.table)}.{one.name}"
            for one in undone
            if one.kind in ("set_not_null", "set_default")
        }

    @property
    def ahead(self) -> list[Action]:
        """What the file does after the action that is looked at."""
        return self.actions[len(self.done) + 1 :]

    @property
    def transactional(self) -> bool:
        """Tell whether the file is executed in one transaction."""
        return self.context.transactional

    def is_new(self, name: str) -> bool:
        """Tell whether this file made an object, or the migration that it takes back did."""
        key = plain(name)
        return key in self.made or key in self.context.fresh

    def is_old(self, table: str) -> bool:
        """Tell whether a table may hold rows and have users."""
        return bool(table) and not self.is_new(table)

    def is_own(self, action: Action) -> bool:
        """Tell whether what is dropped was made by this file, or by what it takes back."""
        key = f"{plain(action.table)}.{action.name}" if action.kind == "drop_column" else ""
        return self.is_new(key or action.name) or self.is_new(action.table)

    def pass_by(self, action: Action) -> None:
        """Go on to the next action."""
        self.known.learn([action])
        follow(self.made, action)
        self.done.append(action)


def follow(made: set[str], action: Action) -> None:
    """Add what an action creates to a set of names; of a column, with its table."""
    if action.kind == "add_column":
        made.add(f"{plain(action.table)}.{action.name}")
    elif action.kind.startswith("create_"):
        made.add(plain(action.name))
    elif action.kind in ("rename", "set_schema") and action.object_type == "table":
        old, new = plain(action.table), plain(new_name(action))
        (made.add if old in made else made.discard)(new)
        made.discard(old)
