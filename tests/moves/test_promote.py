"""The moves go on when their installation gets its final names."""

import difflib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MOVES = (
    "stockx_products",
    "stockx_variants",
    "alias_products",
    "soleflip_products",
    "stockx_latest_prices",
    "market_prices",
    "live_quotes",
)
OLD = ("analytics", "core", "integration", "platforms", "pricing", "products", "system")


@pytest.fixture(scope="module")
def cut_over_template(copies: Callable[[str, str], str], moved_template: str) -> str:
    """Return the name of a database in which all moves are at 100 percent."""
    source = str(psycopg.conninfo.conninfo_to_dict(moved_template)["dbname"])
    dsn = copies(source, "cut_over")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("analyze")
        connection.execute("select analytics_v2.refresh_views()")
        for name in MOVES:
            for percent in (10, 50, 100):
                connection.execute("select strangler_v2.compare(%s)", [name])
                connection.execute("select strangler_v2.set_rollout(%s, %s)", [name, percent])
    return str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
def site(copies: Callable[[str, str], str], cut_over_template: str) -> Iterator[Any]:
    """Connect to a copy in which everything is cut over, still under suffixed names."""
    dsn = copies(cut_over_template, "promoted")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.dsn = dsn  # type: ignore[attr-defined]
        yield connection


def value(connection, query, *values):
    return connection.execute(query, values or None).fetchone()[0]


def schemas(connection):
    """Return the names of all schemas but the server's own."""
    found = connection.execute(
        "select nspname::text from pg_namespace where nspname !~ '^(pg_|information_schema)'"
    )
    return {name for (name,) in found}


def compare(connection, name):
    """Return missing, different and extra."""
    return connection.execute(
        "select missing, different, extra from strangler.compare(%s)", [name]
    ).fetchone()


def promote(dsn, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "toolkit", "--dsn", dsn, "promote", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_everything_goes_on_under_the_final_names(site, mdt):
    before = schemas(site)
    prices = value(site, "select count(*) from analytics_v2.latest_prices")
    assert prices > 100
    done = mdt("promote", dsn=site.dsn)
    assert done.returncode == 0, done.stderr
    assert mdt("verify", dsn=site.dsn).stdout == "the database is what the files say\n"

    suffixed = {name for name in before if name.endswith("_v2")}
    names = {name.removesuffix("_v2") for name in suffixed}
    legacy = {f"{name}_legacy" for name in names & before}
    assert legacy >= {f"{name}_legacy" for name in OLD}
    assert schemas(site) == (before - suffixed) | names | legacy
    for line in [f"{name}_v2 -> {name}" for name in names] + [f"{n} -> {n}_legacy" for n in OLD]:
        assert line in done.stdout.splitlines()

    # Readers of the materialized views never find them empty.
    assert value(site, "select count(*) from analytics.latest_prices") == prices
    assert dict(site.execute("select name, source_table from strangler.moves").fetchall()) == {
        "stockx_products": "public.inventory_v4_stockx_products",
        "stockx_variants": "public.inventory_v4_stockx_variants",
        "alias_products": "public.inventory_v4_alias_products",
        "soleflip_products": "products_legacy.products",
        "soleflip_inventory": "products_legacy.inventory",
        "soleflip_listings": "platforms_legacy.stockx_listings",
        "soleflip_orders": "transactions_legacy.orders",
        "stockx_latest_prices": "public.inventory_v4_stockx_market_data",
        "market_prices": "pricing_legacy.market_prices",
        "live_quotes": "public.live_quote_indicators",
    }
    readers = "select bool_and(rollout_percent = 100) from strangler.moves where name = any(%s)"
    assert value(site, readers, list(MOVES))

    # Both the tables that kept their names and those that did not are captured as before.
    for change in (
        "update public.inventory_v4_stockx_market_data set lowest_ask = lowest_ask + 1,"
        " updated_at = now() where lowest_ask > 0",
        "delete from public.inventory_v4_stockx_market_data where currency_code = 'EUR'",
        "update pricing_legacy.market_prices set lowest_ask = lowest_ask + 1 where lowest_ask > 0",
        "delete from pricing_legacy.market_prices where price_date = current_date",
        "insert into pricing_legacy.market_prices (product_id, platform_name, condition,"
        " price_date) select min(product_id::text)::uuid, 'stockx', 'new', current_date"
        " from pricing_legacy.market_prices",
        "update products_legacy.products set name = name || '!', updated_at = now()",
        "update public.live_quote_indicators set current_price = 7,"
        " api_timestamp = api_timestamp + 1",
        "update public.inventory_v4_alias_products set name = name || '!', updated_at = now()",
    ):
        assert site.execute(change).rowcount > 0 or "current_date" in change
    assert value(site, "select min(price_cents) from equities.live_quote_indicators") == 700
    for name in MOVES:
        assert compare(site, name) == (0, 0, 0), name
    assert value(site, "select count(*) from system.logs where component = 'capture'") == 0
    for name in MOVES:
        site.execute("select strangler.rollback(%s)", [name])
        site.execute("select strangler.start(%s)", [name])

    site.execute("select system.maintain_partitions()")
    again = mdt("promote", dsn=site.dsn)
    assert again.returncode == 1
    assert again.stderr.splitlines() == [
        "Error: this installation has its final names already",
        "There is nothing to promote.",
    ]


HELD = {
    "a view": "select * from strangler_v2.move_status",
    "a source": "update pricing.market_prices set lowest_ask = lowest_ask",
    "a function": "create or replace function strangler_v2.log_step("
    "p_move text, p_step text, p_outcome text, p_detail text) returns void language sql as ''",
}


@pytest.mark.parametrize("statement", HELD.values(), ids=HELD)
def test_it_gives_up_on_a_lock_and_comes_again(site, statement):
    before = schemas(site)
    with psycopg.connect(site.dsn) as holder:
        holder.execute(statement)
        with promote(site.dsn) as process:
            assert process.stderr is not None
            assert "waiting for process" in process.stderr.readline()
            assert schemas(site) == before
            holder.rollback()
            assert process.wait(timeout=120) == 0
    assert "strangler_v2" not in schemas(site)
    assert compare(site, "market_prices") == (0, 0, 0)


WRITES = (
    "update public.inventory_v4_stockx_market_data set lowest_ask = lowest_ask + 1"
    " where (stockx_variant_id, currency_code) = (select stockx_variant_id, currency_code"
    " from public.inventory_v4_stockx_market_data where lowest_ask > 0 order by 1, 2 limit 1)",
    "update public.live_quote_indicators set volume = volume + 1 where symbol = 'AAPL'",
)


def test_an_application_that_writes_meanwhile_never_notices(site):
    halt = threading.Event()
    errors: list[str] = []
    written = [0]

    def write():
        with psycopg.connect(site.dsn, autocommit=True) as application:
            application.execute("set statement_timeout = '10s'")
            while not halt.is_set():
                with application.transaction():
                    for statement in WRITES:
                        try:
                            application.execute(statement)
                            written[0] += 1
                        except psycopg.Error as error:
                            errors.append(str(error))
                            raise

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with promote(site.dsn) as process:
            output = process.communicate(timeout=120)
            assert process.returncode == 0, output
        seen = written[0]
        while written[0] < seen + 20 and thread.is_alive():
            pass
    finally:
        halt.set()
        thread.join()
    assert errors == []
    for name in ("stockx_latest_prices", "live_quotes"):
        assert compare(site, name) == (0, 0, 0), name
    assert value(site, "select count(*) from system.logs where component = 'capture'") == 0


def test_killed_in_the_middle_it_leaves_everything_as_it_was(site, mdt):
    before = schemas(site)
    with psycopg.connect(site.dsn) as holder:
        holder.execute("update pricing.market_prices set lowest_ask = lowest_ask")
        with promote(site.dsn) as process:
            killed = 0
            while not killed:
                assert process.poll() is None
                killed = site.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where application_name = 'mdt' and datname = current_database()"
                    " and cardinality(pg_blocking_pids(pid)) > 0"
                ).rowcount
            output, complaints = process.communicate(timeout=60)
            assert process.returncode in (1, 3), complaints
            assert output == ""
            assert complaints.startswith("Error: ")
            assert "Traceback" not in complaints
    assert schemas(site) == before
    assert mdt("verify", dsn=site.dsn).returncode == 0
    site.execute(
        "update pricing.market_prices set lowest_ask = lowest_ask + 1 where lowest_ask > 0"
    )
    counts = "select missing, different, extra from strangler_v2.compare('market_prices')"
    assert site.execute(counts).fetchone() == (0, 0, 0)
    assert mdt("promote", dsn=site.dsn).returncode == 0
    assert compare(site, "market_prices") == (0, 0, 0)


def test_a_move_without_its_file_is_not_left_behind(site, mdt):
    site.execute(
        "insert into strangler_v2.moves"
        ' select (jsonb_populate_record(move, \'{"name": "own_move"}\')).*'
        " from strangler_v2.moves as move where name = 'live_quotes'"
    )
    before = schemas(site)
    done = mdt("promote", dsn=site.dsn)
    assert done.returncode == 1
    assert "there is no file for these moves: own_move" in done.stderr
    assert schemas(site) == before


def test_promoted_and_taken_back_it_is_what_it_was(site, mdt, dump):
    before, names = dump(site.dsn), schemas(site)
    states = "select name, state, source_table, map_function from strangler_v2.moves order by name"
    moves = site.execute(states).fetchall()
    assert mdt("promote", dsn=site.dsn).returncode == 0
    back = mdt("promote", "--back", dsn=site.dsn)
    assert back.returncode == 0, back.stderr
    for line in ("integration -> integration_v2", "products_legacy -> products"):
        assert line in back.stdout.splitlines()
    assert schemas(site) == names
    after = dump(site.dsn).splitlines()
    assert "\n".join(difflib.unified_diff(before.splitlines(), after, lineterm="")) == ""
    assert site.execute(states).fetchall() == moves
    for words in (["verify"], ["status"], ["plan"]):
        result = mdt(*words, dsn=site.dsn)
        assert result.returncode == 0, result.stdout + result.stderr
    site.execute("update pricing.market_prices set lowest_ask = lowest_ask + 1")
    counts = "select missing, different, extra from strangler_v2.compare('market_prices')"
    assert site.execute(counts).fetchone() == (0, 0, 0)
    again = mdt("promote", "--back", dsn=site.dsn)
    assert again.returncode == 1
    assert again.stderr.splitlines()[0] == "Error: this installation was not promoted"


class Reader:
    """An application that reads a new table by whichever of its two names it has."""

    def __init__(self, dsn: str, halt: threading.Event) -> None:
        self.dsn, self.halt = dsn, halt
        self.rows: set[int] = set()
        self.errors: list[str] = []
        self.changes = 0
        self.reads = 0

    def run(self) -> None:
        names = ["equities_v2", "equities"]
        with psycopg.connect(self.dsn, autocommit=True, prepare_threshold=0) as connection:
            while not self.halt.is_set():
                query = f"select count(*) from {names[0]}.live_quote_indicators"
                try:
                    self.rows.add(value(connection, query))
                    self.reads += 1
                except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
                    names.reverse()
                    self.changes += 1
                except psycopg.Error as error:
                    self.errors.append(f"{error.sqlstate} {error}")


def test_there_and_back_and_there_again_no_write_fails_and_no_row_is_lost(site):
    """The application's names are those that stay; its statements are prepared and not."""
    halt = threading.Event()
    written, errors = [0], []
    site.execute("create table public.own_log (at timestamptz)")

    def write():
        with psycopg.connect(site.dsn, autocommit=True, prepare_threshold=3) as application:
            application.execute("set statement_timeout = '10s'")
            while not halt.is_set():
                try:
                    for statement in WRITES:
                        application.execute(statement)
                        application.execute("insert into public.own_log values (now())")
                        written[0] += 1
                except psycopg.Error as error:
                    errors.append(f"{error.sqlstate} {error}")

    reader = Reader(site.dsn, halt)
    threads = [threading.Thread(target=write), threading.Thread(target=reader.run)]
    for thread in threads:
        thread.start()
    try:
        for options in ([], ["--back"], []):
            with promote(site.dsn, *options) as process:
                output = process.communicate(timeout=120)
                assert process.returncode == 0, output
            seen = written[0], reader.reads
            while (written[0] < seen[0] + 20 or reader.reads < seen[1] + 20) and all(
                thread.is_alive() for thread in threads
            ):
                time.sleep(0.01)
    finally:
        halt.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert reader.errors == []
    assert reader.changes >= 3
    assert len(reader.rows) == 1
    assert value(site, "select count(*) from public.own_log") == written[0]
    for name in ("stockx_latest_prices", "live_quotes"):
        assert compare(site, name) == (0, 0, 0), name
    assert value(site, "select count(*) from system.logs where component = 'capture'") == 0
