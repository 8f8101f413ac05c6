"""Columns that change their name or type while old programs go on: the twin column's migrations."""

from typing import Any

import psycopg

from toolkit import db, lexer
from toolkit.compatibility import CONTRACT, LONGEST, Draft, Generator, fragment
from toolkit.errors import Failure
from toolkit.scaffolding import plain, title

SAMPLE = 10000  # rows that are looked at for values that would not come back as they were
_KEYS = {"p": "primary key", "u": "unique"}


def rename_column(generator: Generator, name: str, column: str, new: str) -> Draft:
    """Return the migrations that rename "schema.table.column"."""
    names = generator.parse(column, 3)
    [new_name] = generator.parse(new, 1)
    twin = Twin(generator, names, new_name)
    return twin.draft(name, f"rename {column} to {new}", twin.old, twin.new, is_rename=True)


def change_type(
    generator: Generator, name: str, column: str, new_type: str, using: str, back: str
) -> Draft:
    """Return the migrations that give "schema.table.column" another type.

    using: the new value, made of the old one by its name; a cast when empty. back: the old value,
    made of the new one by the same name; a cast when empty.
    """
    names = generator.parse(column, 3)
    twin = Twin(generator, names, _longest(names[2], "_new"))
    real_type = _type(generator, new_type)
    twin.new_type = generator.as_written(real_type)
    forth = using or f"{twin.old}::{real_type}"
    back = back or f"{twin.old}::{twin.row['type']}"
    draft = twin.draft(
        name,
        f"make {column} {new_type}",
        generator.as_written(forth),
        generator.as_written(replace_name(back, twin.old, twin.new)),
        is_rename=False,
    )
    draft.remarks += twin.lossy_values(forth, back)
    return draft


def _type(generator: Generator, text: str) -> str:
    """Return a type as the server spells it. Errors: Failure when there is no such type."""
    try:
        with generator.connection.transaction(force_rollback=True):
            generator.connection.execute("set local search_path = pg_catalog")
            found = db.scalar(
                generator.connection, "select format_type(to_regtype(%s), null)", text
            )
    except psycopg.Error as error:
        raise Failure(f'"{text}" is no type', f"{error.diag.message_primary}.") from error
    if found is None:
        raise Failure(f'there is no type "{text}"', hint="Name a type of your own with its schema.")
    return text if "(" in text else str(found)


def _longest(name: str, ending: str) -> str:
    """Return a name with an ending, cut so that the server does not cut it."""
    room = LONGEST - len(ending.encode())
    return name.encode()[:room].decode(errors="ignore") + ending


def _stem(name: str, default: str) -> tuple[str, str]:
    """Return the name of a constraint or index without its ending, and the ending of a twin's."""
    for ending, twins in (("_pkey", "_key"), ("_key", "_key"), ("_idx", "_idx")):
        if name.endswith(ending):
            return name.removesuffix(ending), twins
    return name, default


def replace_name(text: str, old: str, new: str) -> str:
    """Return SQL in which a column goes by another name; old, new: quoted where needed."""
    stream = list(lexer.tokens(text))
    solid = [token for token in stream if token.kind not in ("space", "comment")]
    following = dict(zip(solid, [token.text for token in solid[1:]], strict=False))
    previous = dict(zip(solid[1:], [token.text for token in solid], strict=False))
    result = []
    for token in stream:
        is_name = (token.kind == "word" and token.text.lower() == old) or (
            token.kind == "quoted" and token.text.strip('"') == old.strip('"')
        )
        is_column = previous.get(token) != "." and following.get(token) not in ("(", ".")
        result.append(new if is_name and is_column else token.text)
    return "".join(result)


class Twin:
    """A column and the one that is to take its place. names: schema, table, column, not quoted."""

    def __init__(self, generator: Generator, names: list[str], new: str) -> None:
        self.generator = generator
        found = generator.describe(
            "describe_column", schema=names[0], table=names[1], column=names[2]
        )
        if not found:
            raise Failure(f'there is no column "{".".join(names)}"', hint="Check the name.")
        self.row = found[0]
        self.names = names
        self.table_row = generator.describe("describe_table", schema=names[0], name=names[1])[0]
        self._refuse()
        if generator.describe("describe_column", schema=names[0], table=names[1], column=new):
            raise Failure(f'the column "{new}" is there already', hint="Choose another name.")
        self.schema = generator.spelled(names[0])
        self.table = f"{self.schema}.{generator.quote(names[1])}"
        self.old, self.new, self.plain_new = self.row["name"], generator.quote(new), new
        collation = f" {self.row['collation']}" if self.row["collation"] else ""
        self.old_type = generator.as_written(self.row["type"])
        self.new_type = self.old_type + collation
        self.collation = collation

    def _refuse(self) -> None:
        """Refuse what a twin cannot stand for."""
        keys = {one["kind"] for one in self.row["constraints"]}
        reasons = {
            "is of a partitioned, inherited or foreign table": (
                self.table_row["kind"] != "r"
                or self.table_row["is_inherited"]
                or self.table_row["is_partition"]
            ),
            "is generated from others, or an identity": (
                self.row["is_generated"] or self.row["is_identity"]
            ),
            "is referenced by foreign keys": self.row["is_referenced"],
            "is in an exclusion constraint": "x" in keys,
        }
        for reason, holds in reasons.items():
            if holds:
                raise Failure(
                    f'"{".".join(self.names)}" {reason}',
                    "A second column beside it could not stand for it.",
                    "Move the rows to a new table with 'mdt new move'.",
                )

    def draft(self, name: str, purpose: str, forth: str, back: str, is_rename: bool) -> Draft:
        """Return the expand, the backfill and the contract. forth, back: over bare column names."""
        values = self._values(forth, back, is_rename) | {"purpose": purpose, "title": title(name)}
        values["in_step"] = fragment("in_step", **values)
        table, new = values["table"], self.plain_new
        values["carry_forth"] = fragment(
            "carry", table=table, source_plain=self.names[2], target=values["new"]
        )
        values["carry_back"] = fragment(
            "carry", table=table, source_plain=new, target=values["old"]
        )
        draft = Draft()
        fill_name = f"{name}_backfill"
        depends = {"depends": self.generator.depends}
        draft.add(name, "column_expand", values | depends)
        draft.add(fill_name, "column_backfill", values | {"depends": name})
        contract = values | {"depends": fill_name}
        draft.add(name + CONTRACT, "column_contract", contract, is_later=True)
        draft.remarks += [
            f"{user} uses the column; the contract is refused until it does not"
            for user in self.row["users"]
        ]
        return draft

    def _values(self, forth: str, back: str, is_rename: bool) -> dict[str, Any]:
        copied = [self._copy(one) for one in self.row["constraints"] if one["kind"] in ("c", "f")]
        indexes = [self._copy(one, "_idx") for one in self.row["indexes"]]
        for one in indexes:
            one["new_definition"] = one["new_definition"].replace(
                " index ", " index concurrently ", 1
            )
        by_name = {one["name"]: one for one in indexes}
        keys = [
            self._key(one, by_name, is_rename)
            for one in self.row["constraints"]
            if one["kind"] in _KEYS
        ]
        key_names = {key["name"] for key in keys}
        table = self.names[1]
        not_null = self._name(f"{table}_{self.plain_new}_not_null")
        not_null_check = {
            "new": not_null,
            "new_definition": f"check ({self.new} is not null)",
        }
        is_not_null = self.row["is_not_null"]
        return {
            "schema": self.schema,
            "table": self.table,
            "old": self.old,
            "old_plain": self.names[2],
            "new": self.new,
            "final": self.new if is_rename else self.old,
            "verified": self.new if is_rename else self.old,
            "old_type": self.old_type + self.collation,
            "new_type": self.new_type,
            "is_rename": is_rename,
            "comment": self.row["comment"],
            "forth": forth,
            "back": back,
            "forth_new": self._over_new_row(forth),
            "back_new": self._over_new_row(back),
            "keep": self._name(f"keep_{table}_{self.plain_new}_in_step"),
            "fill": self._name(f"fill_{table}_{self.plain_new}"),
            "copied": copied,
            "constraints": [*copied, *([not_null_check] if is_not_null else [])],
            "not_null": not_null,
            "is_not_null": is_not_null,
            "indexes": indexes,
            "plain_indexes": [one for one in indexes if one["name"] not in key_names],
            "keys": keys,
        }

    def _name(self, text: str) -> str:
        """Return a name that needs no quotes, short enough to get three more letters."""
        return self.generator.quote(_longest(plain(text), "")[: LONGEST - 3])

    def _copy(self, one: dict[str, Any], ending: str = "") -> dict[str, Any]:
        """Return a constraint or index with its twin over the new column."""
        definition = self.generator.as_written(one["definition"])
        own_name = self.names[2]
        stem, ending = _stem(one["plain_name"], ending)
        twin = stem.replace(own_name, self.plain_new)
        if twin == stem:
            twin = f"{stem}_{self.plain_new}"
        new = self._name(f"{twin}{ending}")
        # What a foreign key refers to may have the column's name as well.
        own, references, other = definition.partition(" references ")
        own = replace_name(replace_name(own, self.old, self.new), one["name"], new)
        return {
            **one,
            "definition": definition,
            "new": new,
            "new_definition": own + references + other,
        }

    def _key(
        self, one: dict[str, Any], indexes: dict[str, dict[str, Any]], is_rename: bool
    ) -> dict[str, Any]:
        index = indexes[one["name"]]
        return {
            **one,
            "definition": self.generator.as_written(one["definition"]),
            "kind_words": _KEYS[one["kind"]],
            "final": index["new"] if is_rename else one["name"],
            "deferrable": "".join(one["definition"].partition(" DEFERRABLE")[1:]).lower(),
            "plain_definition": index["new_definition"].replace(" concurrently ", " ", 1),
        }

    def _over_new_row(self, text: str) -> str:
        """Return an expression over columns as one over the row that a trigger is given."""
        for column in [*self.table_row["columns"], self.new]:
            text = replace_name(text, column, f"new.{column}")
        return text

    def lossy_values(self, forth: str, back: str) -> list[str]:
        """Return a remark when some of the first rows would not come back as they are.

        back: over the old name, as given. Errors: Failure when a value has no counterpart.
        """
        query = (
            f"select count(*) from (select live.*, ({forth}) as changed_value "
            f"from {self._live()} as live limit {SAMPLE}) as sampled "
            f"where ({replace_name(back, self.old, 'changed_value')}) is distinct from {self.old}"
        )
        try:
            with self.generator.connection.transaction(force_rollback=True):
                row = self.generator.connection.execute(query).fetchone()
        except psycopg.Error as error:
            raise Failure(
                f"a value of the first {SAMPLE} rows has no counterpart: "
                f"{error.diag.message_primary}",
                "The application's own writes of such values would fail from the expand on.",
                "Say how with --using, and for the way back with --back.",
            ) from error
        count = row[0] if row else 0
        remark = f"{count} of the first {SAMPLE} rows would not come back as they are; see --back"
        return [remark] if count else []

    def _live(self) -> str:
        schema, table = (self.generator.quote(name) for name in self.names[:2])
        return f"{schema}.{table}"
