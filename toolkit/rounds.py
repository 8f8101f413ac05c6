"""The transactions in which repeatable objects are applied: one, or a few with a build between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from toolkit import matviews, objects
from toolkit.db import Connection
from toolkit.objects import Applied, Object
from toolkit.project import Project
from toolkit.replacement import Replacer


@dataclass
class Round:
    """What one transaction does.

    beside: the large materialized view that is built before it begins. before: its old text.
    later: the texts that objects have until their own round comes. may_stay: what is to be removed
    may wait.
    """

    added: set[str]
    changed: set[str]
    removed: list[Applied]
    beside: Object | None = None
    before: str = ""
    later: dict[str, str] = field(default_factory=dict)
    may_stay: bool = False


def divide(
    connection: Connection,
    project: Project,
    added: Sequence[Object],
    changed: Sequence[Object],
    removed: Sequence[Applied],
) -> list[Round]:
    """Divide the work: one round, and one more from each large materialized view on.

    That one has to find what it needs in place when it is built, and is needed by what comes after.
    """
    large = matviews.large(connection, project, changed)
    found = [Round(set(), set(), list(removed))]
    new = {item.path for item in added}
    stale = {item.path for item in changed}
    for item in objects.read_objects(project) if large else ():
        if item.path in large:
            found.append(Round(set(), set(), list(removed), item))
        kind = found[-1].added if item.path in new else found[-1].changed
        kind |= {item.path} & (new | stale)
    if not large:
        found = [Round(new, stale, list(removed))]
    system = project.schema_map["system"]
    known = objects.recorded(connection, system, project.layers) if large else []
    texts = {item.path: item.sql for item in known}
    for place, one in enumerate(found):
        one.may_stay = one is not found[-1]
        one.before = texts[one.beside.path] if one.beside else ""
        one.later = {path: texts[path] for other in found[place + 1 :] for path in other.changed}
    return found


def apply(
    connection: Connection,
    project: Project,
    added: Iterable[Object],
    changed: Iterable[Object],
    removed: Iterable[Applied],
) -> None:
    """Apply new and changed objects and remove the others, in the transaction that is open."""
    new, stale = ({item.path for item in items} for items in (added, changed))
    run(connection, project, Round(new, stale, list(removed)))


def run(connection: Connection, project: Project, one: Round) -> None:
    """Do the work of a round, in the transaction that is open."""
    needed = objects.remove(connection, project, one.removed, may_stay=True)
    connection.execute("set local check_function_bodies = off")
    replacer = Replacer(connection, project, objects.read_objects(project), one.later)
    replacer.apply(one.added, one.changed, needed, one.beside)
    objects.remove(connection, project, needed, may_stay=one.may_stay)
