"""The diagrams of docs/schema-overview.md, one a schema, written from the catalog.

Each table shows its keys; a table of another schema stands at the edge, without columns.
`make docs` runs it; a test fails when the page is out of date.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import psycopg

from toolkit.project import SCHEMAS

PAGE = Path(__file__).parent / "schema-overview.md"
BEGIN, END = "<!-- diagrams -->\n", "<!-- /diagrams -->\n"
# Histories repeat the tables they follow, and the ledger of yoyo is its own.
TABLES = """
    select class.oid, room.nspname, class.relname, class.relkind = 'p', room.comment
    from (
        select oid, nspname, obj_description(oid, 'pg_namespace') as comment
        from pg_namespace
        where nspname = any(%s)
    ) as room
    inner join pg_class as class on room.oid = class.relnamespace
    where
        class.relkind in ('r', 'p')
        and not class.relispartition
        and class.relname not like '\\_yoyo%%'
        and not exists (select from system.audited_tables where history = class.oid)
    order by array_position(%s, room.nspname::text), class.relname
"""
KEYS = """
    select
        class.oid,
        attribute.attname,
        case type.typname
            when 'int4' then 'integer' when 'int8' then 'bigint' when 'bool' then 'boolean'
            when 'bpchar' then 'char' else type.typname
        end,
        coalesce(attribute.attnum = any(key.conkey), false),
        bool_or(reference.oid is not null)
    from pg_class as class
    inner join pg_attribute as attribute on class.oid = attribute.attrelid
    inner join pg_type as type on attribute.atttypid = type.oid
    left join pg_constraint as key on class.oid = key.conrelid and key.contype = 'p'
    left join pg_constraint as reference
        on
            class.oid = reference.conrelid
            and reference.contype = 'f'
            and reference.conparentid = 0
            and attribute.attnum = any(reference.conkey)
    where class.oid = any(%s) and (attribute.attnum = any(key.conkey) or reference.oid is not null)
    group by class.oid, attribute.attname, attribute.attnum, type.typname, key.conkey
    order by class.oid, array_position(key.conkey, attribute.attnum), attribute.attnum
"""
REFERENCES = """
    select
        reference.conrelid,
        reference.confrelid,
        string_agg(attribute.attname, ', ' order by place.number),
        bool_and(attribute.attnotnull),
        exists (
            select from pg_index as entry
            where
                entry.indrelid = reference.conrelid
                and entry.indisunique
                and entry.indpred is null
                and (entry.indkey::int2[])[0:entry.indnkeyatts - 1] <@ reference.conkey
        )
    from pg_constraint as reference
    cross join lateral unnest(reference.conkey) with ordinality as place (attnum, number)
    inner join pg_attribute as attribute
        on reference.conrelid = attribute.attrelid and place.attnum = attribute.attnum
    where
        reference.contype = 'f'
        and reference.conparentid = 0
        and reference.conrelid = any(%s)
        and reference.confrelid = any(%s)
    group by reference.oid, reference.conrelid, reference.confrelid, reference.conkey
    order by reference.conrelid::regclass::text, 3
"""
Key = tuple[str, str, bool, bool]  # name, type, in the primary key, in a foreign key


def diagrams(connection: psycopg.Connection) -> Iterator[str]:
    """Yield the lines of each diagram: a heading, the idea of the schema, and its tables."""
    tables = connection.execute(TABLES, [list(SCHEMAS), list(SCHEMAS)]).fetchall()
    names = {oid: (schema, table) for oid, schema, table, _, _ in tables}
    keys: dict[int, list[Key]] = {oid: [] for oid in names}
    for oid, *key in connection.execute(KEYS, [list(names)]).fetchall():
        keys[oid].append((key[0], key[1], key[2], key[3]))
    references = connection.execute(REFERENCES, [list(names), list(names)]).fetchall()
    for schema, group in groupby(tables, key=lambda table: str(table[1])):
        inside = list(group)
        yield from (f"### {schema}", "", inside[0][4], "", "```mermaid", "erDiagram")
        for oid, _, table, partitioned, _ in inside:
            yield from entity(table, partitioned, keys[oid])
        lines = [one for one in references if names[one[0]][0] == schema]
        edge = {names[parent] for _, parent, *_ in lines if names[parent][0] != schema}
        yield from (f'    {alias(*name, schema)}["{".".join(name)}"]' for name in sorted(edge))
        for child, parent, columns, required, unique in lines:
            line = f"{'||' if required else '|o'}--{'o|' if unique else 'o{'}"
            yield f'    {alias(*names[parent], schema)} {line} {names[child][1]} : "{columns}"'
        yield from ("```", "")


def entity(table: str, partitioned: bool, keys: list[Key]) -> Iterator[str]:
    """Yield the lines of a table with the columns of its keys."""
    yield f'    {table}["{table}, partitioned"] {{' if partitioned else f"    {table} {{"
    for name, kind, primary, foreign in keys:
        marks = ", ".join(mark for mark, is_so in (("PK", primary), ("FK", foreign)) if is_so)
        yield f"        {kind} {name} {marks}"
    yield "    }"


def alias(schema: str, table: str, here: str) -> str:
    """Return what a diagram calls a table, which may be of another schema."""
    return table if schema == here else f"{schema}_{table}"


def page(connection: psycopg.Connection) -> str:
    """Return the page with the diagrams of the installation behind a connection."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return before + BEGIN + "\n".join(["", *diagrams(connection)]) + END + after
