"""The generated legacy database, with the toolkit beside it and the shipped moves defined.

Three templates are built once a session. Two are small, so that a test can have a copy: in one the
catalogue is moved and the prices are not started yet, in the other everything is copied. The third
is of full size and everything is copied; its tests only look.
"""

import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tests.owner import hand_over
from toolkit import migrate

Connection = psycopg.Connection[tuple[Any, ...]]
Row = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ("stockx_products", "stockx_variants", "alias_products", "soleflip_products")
PRICES = ("stockx_latest_prices", "market_prices", "live_quotes")
TRADE = ("soleflip_inventory", "soleflip_listings", "soleflip_orders")

# The fixtures that build the legacy database belong to the tests of the demo.
_spec = importlib.util.spec_from_file_location("demo_fixtures", ROOT / "tests/demo/conftest.py")
assert _spec is not None
assert _spec.loader is not None
_demo = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_demo)
generated = _demo.generated
legacy_template = _demo.legacy_template


@dataclass
class Site:
    """One copy: a connection to it, and short names for what the tests do with its moves."""

    db: Connection
    dsn: str

    def rows(self, query: str, *values: object) -> list[Row]:
        with self.db.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values or None).fetchall()

    def value(self, query: str, *values: object) -> Any:
        row = self.db.execute(query, values or None).fetchone()
        assert row is not None
        return row[0]

    def start(self, *names: str) -> None:
        for name in names:
            self.db.execute("select strangler_v2.start(%s)", [name])

    def backfill(self, *names: str) -> None:
        for name in names:
            finished = False
            while not finished:
                try:
                    finished = self.value(
                        "select is_finished from strangler_v2.backfill_batch(%s)", name
                    )
                except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                    continue

    def compare(self, name: str, schema: str = "strangler_v2") -> tuple[int, ...]:
        """Return source rows, moved, merged, quarantined, missing, different and extra."""
        found = self.rows(f"select * from {schema}.compare(%s)", name)[0]
        names = ("source_rows", "moved", "merged", "quarantined", "missing", "different", "extra")
        return tuple(found[key] for key in names)

    def mismatches(self, name: str) -> list[Row]:
        """Return what the last comparison of a move found."""
        return self.rows(
            "select kind, row_key, detail from strangler_v2.mismatches where comparison_id = ("
            " select id from strangler_v2.comparisons where move = %s order by id desc limit 1)",
            name,
        )


@pytest.fixture(scope="session")
def copies(cluster: Any) -> Iterator[Callable[[str, str], str]]:
    """Return a function that copies a database under a name and returns the copy's DSN."""
    names: list[str] = []
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:

        def copy(template: str, kind: str) -> str:
            name = f"test_{kind}_{os.getpid()}_{secrets.token_hex(4)}"
            names.append(name)
            server.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
            return hand_over(cluster, name)

        yield copy
        for name in names:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def database(dsn: str) -> str:
    """Return the name of the database of a DSN."""
    return str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


def move_catalogue(dsn: str) -> None:
    """Install the toolkit beside a legacy database, define all moves, and move the catalogue."""
    migrate.apply_all(dsn, "_v2")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "toolkit",
            "--dsn",
            dsn,
            "move",
            "define",
            "archvd",
            "soleflip",
            "tickered",
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    move_all(dsn, CATALOGUE)


def move_all(dsn: str, names: tuple[str, ...]) -> None:
    """Start moves and copy their old rows."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        site = Site(connection, dsn)
        for name in names:
            site.start(name)
            site.backfill(name)


@pytest.fixture(scope="session")
def small_legacy(copies: Callable[[str, str], str], legacy_template: tuple[str, Any]) -> str:
    """Return the DSN of a legacy database with the prices of a few products."""
    dsn = copies(legacy_template[0], "small")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            """
            create table public.kept as
            select product_id from pricing.market_prices
            group by product_id
            order by count(*) filter (where size_value is null) desc, product_id
            limit 5;
            delete from pricing.market_prices
            where product_id not in (select product_id from public.kept);
            delete from public.inventory_v4_stockx_market_data
            where left(stockx_variant_id::text, 1) not in ('0', '1', '2') and lowest_ask > 0;
            drop table public.kept;
            """
        )
        connection.execute("vacuum full analyze")
    return dsn


@pytest.fixture(scope="session")
def defined_template(copies: Callable[[str, str], str], small_legacy: str) -> str:
    """Return the DSN of a small database in which the catalogue is moved."""
    dsn = copies(database(small_legacy), "defined")
    move_catalogue(dsn)
    return dsn


@pytest.fixture(scope="session")
def moved_template(copies: Callable[[str, str], str], defined_template: str) -> str:
    """Return the DSN of a small database in which prices, stock and orders are copied too."""
    dsn = copies(database(defined_template), "moved")
    move_all(dsn, PRICES + TRADE)
    return dsn


@pytest.fixture(scope="session")
def whole(copies: Callable[[str, str], str], legacy_template: tuple[str, Any]) -> Iterator[Site]:
    """Connect to a database of full size in which everything is copied; to be looked at only."""
    dsn = copies(legacy_template[0], "whole")
    move_catalogue(dsn)
    move_all(dsn, PRICES + TRADE)
    yield from open_copy(dsn)


def open_copy(dsn: str) -> Iterator[Site]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield Site(connection, dsn)


@pytest.fixture
def defined(copies: Callable[[str, str], str], defined_template: str) -> Iterator[Site]:
    """Connect to a copy in which the catalogue is moved and the prices are only defined."""
    yield from open_copy(copies(database(defined_template), "site"))


@pytest.fixture
def moved(copies: Callable[[str, str], str], moved_template: str) -> Iterator[Site]:
    """Connect to a copy in which everything is copied, and captured."""
    yield from open_copy(copies(database(moved_template), "site"))
