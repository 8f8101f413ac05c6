"""Build the legacy database: three real systems' tables, with their defects, in one database."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from toolkit.db import Connection, scalar
from toolkit.demo.payloads import Recording
from toolkit.errors import Failure

# Said of the schemas that build creates; it is how a demo database is known again.
MARKER = "Demo legacy database of the market-data toolkit: invented or recorded data."
SCHEMAS = (
    "analytics",
    "core",
    "integration",
    "platforms",
    "pricing",
    "products",
    "system",
    "transactions",
)
# As legacy/defects.sql documents them: rows that no mapping can make a price of.
UNMAPPABLE = {
    "public.inventory_v4_stockx_market_data": 5,
    "pricing.market_prices": 52,
    "public.live_quote_indicators": 2,
}
_SYSTEMS = ("archvd", "soleflip", "tickered")
_FILES = Path(__file__).with_suffix("")

# What a payload table holds, one element a row.
_PAYLOADS: dict[str, Callable[[Recording], Iterable[Any]]] = {
    "stockx_product": lambda said: said.stockx_products,
    "stockx_variant": lambda said: (v for rows in said.stockx_variants.values() for v in rows),
    "stockx_market": lambda said: (
        market for rows in said.stockx_market_data.values() for market in rows.values()
    ),
    "stockx_sale": lambda said: said.stockx_sales,
    "alias_item": lambda said: said.alias_items,
    "alias_variant": lambda said: (
        variant | {"catalog_id": catalog_id}
        for catalog_id, rows in said.alias_availabilities.items()
        for variant in rows
    ),
    "alias_sale": lambda said: (sale for rows in said.alias_sales.values() for sale in rows),
    "awin": lambda said: said.awin_rows,
    "fmp": lambda said: (quote for rows in said.fmp_quotes.values() for quote in rows),
    "daily": lambda said: said.daily_prices,
}


def build(
    connection: Connection,
    recording: Recording,
    progress: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Build the legacy database in one transaction, and return the rows of each table.

    The keys are schema.table; a partitioned table counts for its partitions. An older demo
    legacy database is replaced, unless something else was added to it. progress gets one
    line a step. Raises Failure when the database holds anything of somebody else's.
    """
    say = progress or (lambda _: None)
    with connection.transaction():
        connection.execute("set local time zone 'UTC'")
        connection.execute("set local datestyle = 'ISO'")
        _make_room(connection, say)
        say("creating the tables of three systems")
        for system in _SYSTEMS:
            _run(connection, f"tables_{system}")
        say(f"loading the recording {recording.name!r}")
        _load(connection, recording)
        for rows in ("archvd", "archvd_v4", "soleflip", "tickered"):
            say(f"filling {rows.replace('_', ' ')}")
            _run(connection, f"rows_{rows}")
        say("adding what running applications leave behind")
        _run(connection, "defects")
        for schema in SCHEMAS:
            comment = sql.SQL("comment on schema {} is {}")
            connection.execute(comment.format(sql.Identifier(schema), sql.Literal(MARKER)))
        return _count(connection)


def is_demo(connection: Connection) -> bool:
    """Return whether the database is, or once was, a demo legacy database."""
    return bool(
        scalar(
            connection,
            "select exists (select from pg_catalog.pg_description where"
            " classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and description = %s)",
            MARKER,
        )
    )


def _run(connection: Connection, name: str) -> None:
    connection.execute(_text(name).encode())


def _text(name: str) -> str:
    return (_FILES / f"{name}.sql").read_text(encoding="utf-8")


def _load(connection: Connection, recording: Recording) -> None:
    """Copy every payload into a temporary table of its kind, then put them into columns."""
    connection.execute(
        "create temporary table payload_recording (observed_at timestamptz) on commit drop"
    )
    connection.execute("insert into pg_temp.payload_recording values (%s)", [recording.now])
    for name, rows in _PAYLOADS.items():
        table = sql.Identifier(f"payload_{name}")
        connection.execute(
            sql.SQL(
                "create temporary table {} (position bigint, body jsonb) on commit drop"
            ).format(table)
        )
        into = sql.SQL("copy pg_temp.{} (position, body) from stdin").format(table)
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for position, row in enumerate(rows(recording)):
                copy.write_row((position, json.dumps(row)))
        connection.execute(sql.SQL("analyze pg_temp.{}").format(table))
    _run(connection, "payloads")


def _created() -> list[tuple[str, str]]:
    """Return (kind, name) of everything that the files create, in order."""
    return [
        (kind, name.replace('"', ""))
        for system in _SYSTEMS
        for kind, name in re.findall(
            r'^create (table|view|type|function) ([\w."]+)', _text(f"tables_{system}"), re.M
        )
    ]


def _relations(connection: Connection) -> dict[str, str]:
    """Return kind (table or view) by name of what users have made, whoever they are."""
    found = connection.execute("""
        select
            class.relnamespace::regnamespace || '.' || class.relname,
            case when class.relkind in ('v', 'm') then 'view' else 'table' end
        from pg_catalog.pg_class as class
        where
            class.relkind in ('r', 'p', 'f', 'v', 'm')
            and class.relpersistence <> 't'
            and class.relnamespace <> 'information_schema'::regnamespace
            and class.relnamespace::regnamespace::text not like 'pg\\_%'
            and not exists (
                select
                from pg_catalog.pg_depend as member
                where
                    member.classid = 'pg_catalog.pg_class'::regclass
                    and member.objid = class.oid
                    and member.deptype = 'e'
            )
        order by 1
    """)
    return {str(name): str(kind) for name, kind in found}


def _make_room(connection: Connection, say: Callable[[str], None]) -> None:
    """Drop an older demo; refuse a database that holds anything else."""
    here = _relations(connection)
    if not here:
        return
    again = "Create an empty one with 'createdb mdt_demo', and name it with --dsn."
    if not is_demo(connection):
        raise Failure(
            f"the database is not empty: it has {len(here)} tables and views",
            f"The demo builds its legacy database only in an empty one; here is {min(here)}.",
            again,
        )
    created = _created()
    others = here.items() - {(name, kind) for kind, name in created}
    if others:
        raise Failure(
            "the demo database has been worked on since it was built",
            f"It also holds {min(name for name, _ in others)}, which the demo did not create.",
            again,
        )
    say("dropping the older demo")
    try:
        for wanted in ("view", "table", "function", "type"):
            for kind, name in reversed(created):
                if kind == wanted:
                    drop = sql.SQL("drop {} if exists {}").format(
                        sql.SQL(kind), sql.Identifier(*name.split(".", 1))
                    )
                    connection.execute(drop)
        for schema in SCHEMAS:
            connection.execute(sql.SQL("drop schema {}").format(sql.Identifier(schema)))
    except psycopg.errors.DependentObjectsStillExist as error:
        raise Failure(
            "the demo database has been worked on since it was built",
            f"{error.diag.message_primary}: {error.diag.message_detail}",
            again,
        ) from error


def _count(connection: Connection) -> dict[str, int]:
    """Count the rows of each table, with fresh statistics for the planner on the way."""
    counts = {}
    for name, kind in _relations(connection).items():
        schema, relation = name.replace('"', "").split(".", 1)
        if kind == "view" or relation.startswith("api_call_queue_v2_"):
            continue
        table = sql.Identifier(schema, relation)
        connection.execute(sql.SQL("analyze {}").format(table))
        query = sql.SQL("select count(*) from {}").format(table)
        row = connection.execute(query).fetchone()
        counts[f"{schema}.{relation}"] = int(row[0]) if row else 0
    return counts
