"""Applying repeatable objects: what is in the way of a new form is dropped and made again.

All of it happens in one transaction, so nobody ever finds an object missing. What stands on a
dropped object goes with it and comes back: ours from its file, that of others from the definition
that the server keeps; both with the owner, grants, comments and settings that they had.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import psycopg

from toolkit import db, lexer, matviews, objects
from toolkit.db import Connection
from toolkit.dependents import Catalog, Dependent, in_order
from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.locks import RETRIED
from toolkit.objects import Applied, Entry, Object
from toolkit.project import Project

# The old form is in the way: its result or columns cannot be replaced, something is built on it,
# or the statement has no "or replace", as there is none for policies.
_IN_THE_WAY = {"42P13", "42P16", "2BP01", "42P07", "42710", "42723"}
_SHELVES = {
    "view": "views",
    "materialized view": "matviews",
    "function": "functions",
    "procedure": "functions",
    "trigger": "triggers",
    "policy": "policies",
}
# A name is theirs alone; others may have the same name with other arguments or on other tables.
_ALONE = ("views", "matviews")
# Statements of a file that say what else is to be true of an object, and may be said again.
_SAID_AGAIN = {"grant", "revoke", "comment", "alter", "security"}


@dataclass
class Absent:
    """What was dropped together and is made again together: a file's objects, or one of others.

    needs: names of the absent things that it has to wait for.
    """

    parts: list[Dependent]
    needs: set[str] = field(default_factory=set)


class Replacer:
    """One run over the objects of the files, in their order.

    order: all of them. later: by path, the texts of those that are not to change yet.
    """

    def __init__(
        self,
        connection: Connection,
        project: Project,
        order: list[Object],
        later: dict[str, str],
    ) -> None:
        self.connection = connection
        self.catalog = Catalog(connection)
        self.project = project
        self.order = order
        self.later = later
        self.files = {item.path: item for item in order}
        self._names = Counter((item.schema, item.kind, item.name) for item in order)
        self.going: set[str] = set()
        self.recorded = {
            item.path: item
            for item in objects.recorded(connection, project.schema_map["system"], project.layers)
        }
        self.absent: dict[str, Absent] = {}
        self.made: dict[str, list[str]] = {}
        self.waiting: set[str] = set()

    def apply(
        self, added: set[str], changed: set[str], needed: list[Applied], beside: Object | None
    ) -> None:
        """Apply the objects of these paths, and make again what goes for their sake.

        needed: those that are to be removed, and were built on. beside: the one of the changed that
        has been built beside its old form.
        """
        self.waiting = added | changed
        self.going = {item.path for item in needed}
        before = self._versions(added)
        for item in self.order:
            if item == beside:
                self._swap(item)
            elif item.path in self.absent:
                self._make_again(item.path)
                self._make_ready()
            elif item.path in changed or (item.path in added and self._shares_name(item)):
                self._change(item)
            elif item.path in added:
                self._execute(item)
            self.waiting.discard(item.path)
        for name in list(self.absent):
            self._make_again(name)
        for entry in self._entries(added - self.made.keys()):
            if before.get(entry[:4]) != entry.version:
                self.made.setdefault(entry.path, []).append(entry.identity)
        done = [item for item in self.order if item.path in added | changed]
        self._require(done)
        objects.record(
            self.connection,
            self.project,
            self.order,
            [(item, self.made.get(item.path, [])) for item in done],
        )

    def _require(self, done: list[Object]) -> None:
        for item in done:
            if item.kind in objects.CATALOGUED and not self.made.get(item.path):
                raise Failure(
                    f"sql/{item.path} does not make {item.schema}.{item.name}",
                    "The path of a file spells the object that it makes: "
                    "<schema>/<kind>/<object>.sql.",
                    "Rename the file or the object.",
                )

    def _shares_name(self, item: Object) -> bool:
        """Tell whether another file makes overloads of the same function."""
        return self._names[item.schema, item.kind, item.name] > 1

    def _entries(self, paths: Iterable[str]) -> list[Entry]:
        wanted = [self.files[path] for path in paths]
        return objects.entries(self.connection, self.project, wanted)

    def _versions(self, paths: Iterable[str]) -> dict[tuple[Any, ...], str]:
        return {entry[:4]: entry.version for entry in self._entries(paths)}

    def _execute(self, item: Object) -> None:
        execute(self.connection, item.sql, f"sql/{item.path}", layer=item.layer)

    # -- one object ---------------------------------------------------------------------------

    def _change(self, item: Object) -> None:
        """Apply a changed object, in place where the server can."""
        all_before = self._entries([item.path])
        old = [entry for entry in all_before if self._path_of(entry) == item.path]
        versions = {entry.object_oid: entry.version for entry in all_before}
        self.catalog.prepare()
        try:
            with self.connection.transaction():
                made = self._change_in_place(item, old, versions)
        except (psycopg.Error, Failure) as error:
            cause = error if isinstance(error, psycopg.Error) else error.__cause__
            if getattr(cause, "sqlstate", None) not in _IN_THE_WAY:
                raise
            carried = self._drop(item, old)
            self._execute(item)
            made = self._made(item, versions)
            self._restore(item, old, made, carried)
        self.made[item.path] = [entry.identity for entry in made]
        self._make_ready()

    def _change_in_place(
        self, item: Object, old: list[Entry], versions: dict[int, str]
    ) -> list[Entry]:
        """Execute a file over the old form, and drop what it makes no more.

        "or replace" loses the options of a view and the state of a trigger, and a file that drops
        the old form loses all.
        """
        is_lost = item.kind in ("triggers", *_ALONE) or re.search(r"(?i)\bdrop\b", item.sql)
        carried = self.catalog.carried(old) if is_lost else {}
        self._execute(item)
        made = self._made(item, versions)
        outdated = _outdated(old, made)
        if not is_lost:
            carried = self.catalog.carried(outdated)
        self._restore(item, old, made, carried)
        for entry in outdated:
            self.connection.execute(f"drop {entry.kind} if exists {entry.identity}")
        return made

    def _swap(self, item: Object) -> None:
        """Put in place the materialized view that was built beside the old one."""
        old = self._entries([item.path])
        carried = self._drop(item, old)
        (attributes,) = carried.values()
        names = [index["name"] for index in attributes.get("indexes", [])]
        matviews.put_in_place(self.connection, self.project, item, names)
        made = self._entries([item.path])
        self._restore(item, old, made, carried)
        self._say_again(item)
        self.made[item.path] = [entry.identity for entry in made]
        self._make_ready()

    def _path_of(self, entry: Entry) -> str | None:
        """Return the file that has made what carries its name; None: somebody else has."""
        item = self.files[entry.path]
        return self._maker(self.project.schema_map[item.schema], item.kind, item.name, entry[4])

    def _maker(
        self, schema: str | None, kind: str | None, name: str | None, identity: str
    ) -> str | None:
        """Return the path of the file that has made an object of the catalog, if one has."""
        for path in self._by_place.get((schema, kind, name), []):
            known = self.recorded[path]
            if kind in _ALONE or identity in self.made.get(path, known.identities):
                return path
        return None

    def _made(self, item: Object, versions: dict[int, str]) -> list[Entry]:
        """Return what executing a file has written. versions: of what was there before."""
        return [
            entry
            for entry in self._entries([item.path])
            if item.kind in _ALONE or versions.get(entry.object_oid) != entry.version
        ]

    def _restore(
        self,
        item: Object,
        old: list[Entry],
        made: list[Entry],
        carried: dict[int, dict[str, Any]],
        is_unchanged: bool = False,
    ) -> None:
        """Give what a file has made what its old form carried; what the file says goes above.

        Of functions that have other arguments now, the first takes over from the first that
        is gone, and so on.
        """
        by_identity = {entry.identity: entry for entry in old}
        outdated = _outdated(old, made)
        count = 0
        for entry in made:
            source = by_identity.get(entry.identity)
            if source is None and outdated:
                source = outdated.pop(0) if len(outdated) > 1 else outdated[0]
            if source is None or source.object_oid not in carried:
                continue
            attributes = self._to_restore(item, carried[source.object_oid], is_unchanged)
            count += self.catalog.restore(entry, attributes, is_unchanged)
        if count and not is_unchanged:
            self._say_again(item)

    def _to_restore(
        self, item: Object, attributes: dict[str, Any], is_unchanged: bool
    ) -> dict[str, Any]:
        """Return what of an old form holds for the new one: not what the old file had chosen."""
        if is_unchanged or item.kind not in _ALONE:
            return attributes
        known = self.recorded.get(item.path)
        texts = [item.sql, known.sql if known else ""]
        kept = {
            "options": matviews.options_by_hand(attributes.get("options", []), texts),
            "indexes": matviews.indexes_by_hand(item.name, attributes.get("indexes", []), texts),
        }
        return attributes | kept

    def _say_again(self, item: Object) -> None:
        """Execute what a file says besides the definition of its object."""
        for _, statement in lexer.split(item.sql, item.path):
            if statement.split(None, 1)[0].lower() in _SAID_AGAIN:
                self.connection.execute(statement)

    # -- what is built on it ------------------------------------------------------------------

    def _drop(self, item: Object, old: list[Entry]) -> dict[int, dict[str, Any]]:
        """Drop the old form of an object and all that is built on it; note how that comes back.

        Returns by oid what the old form carried besides its definition.
        """
        doomed = self._doomed(old)
        names = {part.key: self._name_of(part) for part in doomed}
        refused = [
            part.description
            for part in doomed
            if part.definition is None and names[part.key] not in self.files
        ]
        if refused:
            raise Failure(
                f"sql/{item.path} cannot replace its object: {', '.join(sorted(refused))} "
                "depends on it",
                "The old form has to be dropped first, and this could not be made again exactly.",
                "Drop it yourself, apply, and create it anew.",
            )
        for part in reversed(in_order(doomed)):
            self.connection.execute(part.drop_statement)
            absent = self.absent.setdefault(names[part.key], Absent([]))
            absent.parts.append(part)
            absent.needs |= {names[key] for key in part.needs} - {names[part.key]}
        self.absent.pop(item.path, None)
        own = [part for part in doomed if names[part.key] == item.path]
        return {part.object_oid: part.attributes for part in own}

    def _doomed(self, old: list[Entry]) -> list[Dependent]:
        """Return what a drop takes along; of our files, always all that they have made."""
        roots = {(entry.class_oid, entry.object_oid) for entry in old}
        while True:
            found = self.catalog.built_on(roots)
            paths = {self._name_of(part) for part in found} & self.recorded.keys()
            known = [self.recorded[path] for path in paths]
            entries = objects.own_entries(self.connection, self.project, known)
            whole = {entry[2:4] for made in entries.values() for entry in made}
            if whole <= {(part.class_oid, part.object_oid) for part in found}:
                return found
            roots |= whole

    def _name_of(self, part: Dependent) -> str:
        """Return the path of the file that makes a dependent; its key when it is not ours."""
        shelf = _SHELVES.get(part.kind)
        return self._maker(part.schema_name, shelf, part.object_name, part.identity) or part.key

    @cached_property
    def _by_place(self) -> dict[tuple[str | None, ...], list[str]]:
        """Paths by schema in the database, kind and name."""
        places: dict[tuple[str | None, ...], list[str]] = {}
        for path, known in self.recorded.items():
            place = (self.project.schema_map[known.schema], known.kind, known.name)
            places.setdefault(place, []).append(path)
        return places

    def _make_ready(self) -> None:
        """Make again what is not ours and waits for nothing any more: files may count on it."""
        while True:
            ready = [
                name
                for name, absent in self.absent.items()
                if name not in self.recorded and not absent.needs & self.absent.keys()
            ]
            if not ready:
                return
            for name in ready:
                self._make_again(name)

    def _make_again(self, name: str) -> None:
        """Make again what was dropped, after what it needs."""
        absent = self.absent.get(name)
        if absent is None:
            return
        for need in sorted(absent.needs & self.absent.keys()):
            self._make_again(need)
        if self.absent.pop(name, None) is None or name in self.going:
            return
        if name in self.files:
            self._make_file_again(self.files[name], absent)
        else:
            self._make_theirs_again(absent.parts[0])

    def _make_file_again(self, item: Object, absent: Absent) -> None:
        item = replace(item, sql=self.later.get(item.path, item.sql))
        versions = {entry.object_oid: entry.version for entry in self._entries([item.path])}
        self._execute(item)
        made = self._made(item, versions)
        old = [
            Entry(item.path, part.kind, part.class_oid, part.object_oid, part.identity, "")
            for part in absent.parts
        ]
        carried = {part.object_oid: part.attributes for part in absent.parts}
        self._restore(item, old, made, carried, is_unchanged=item.path not in self.waiting)
        self.waiting.discard(item.path)
        self.made[item.path] = [entry.identity for entry in made]

    def _make_theirs_again(self, part: Dependent) -> None:
        assert part.definition is not None
        try:
            self.connection.execute(part.definition)
            self.catalog.restore_dependent(part)
        except psycopg.Error as error:
            if error.sqlstate in RETRIED or db.is_lost(error):
                raise
            raise Failure(
                f"{part.description} cannot be made again",
                f"It is built on what changes, and is not ours. {_words(error)}",
                "Change or drop it, then run 'mdt apply' again.",
            ) from error


def _outdated(old: list[Entry], made: list[Entry]) -> list[Entry]:
    """Return what a file once made and makes no more."""
    present = {entry.identity for entry in made}
    return [entry for entry in old if entry.identity not in present]


def _words(error: psycopg.Error) -> str:
    """Return what the server says, as a sentence."""
    text = error.diag.message_primary or str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
