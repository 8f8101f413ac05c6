"""mdt demo: the main job from end to end, and the README that shows it."""

import os
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DATA = ROOT.parent / "shared" / "data"
PRICES = ("stockx_latest_prices", "market_prices", "live_quotes")

pytestmark = pytest.mark.slow


class Run(NamedTuple):
    """One run of the demo: what it printed, and where it left its reports and its database."""

    output: str
    folder: Path
    dsn: str


def run_demo(dsn: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in a database, in a folder of its own."""
    command = [sys.executable, "-m", "toolkit", "--dsn", dsn, "demo", "--out", "report", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def database(cluster: Any) -> Iterator[str]:
    """Make a database for a run of the demo, and remove it with its pg_cron jobs."""
    name = f"test_demo_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {name}")
        yield name
        with psycopg.connect(cluster.dsn("mdt"), autocommit=True) as home:
            if home.execute("select to_regclass('cron.job')").fetchone() != (None,):
                home.execute("delete from cron.job where database = %s", [name])
        server.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def demo(cluster: Any, database: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the demo once for all tests of this module."""
    folder = tmp_path_factory.mktemp("demo")
    done = run_demo(cluster.dsn(database), folder)
    assert done.returncode == 0, done.stderr + done.stdout[-3000:]
    # As the README shows it: in the database of the private cluster.
    output = done.stdout.replace(database, "mdt").replace(" report/", " demo-report/")
    return Run(output, folder / "report", cluster.dsn(database))


def commands(output: str) -> list[str]:
    """Return the commands that a run printed, in order."""
    return [line.removeprefix("$ ") for line in output.splitlines() if line.startswith("$ mdt")]


def test_every_step_is_an_ordinary_command_in_the_order_of_the_main_job(demo: Run) -> None:
    printed = [command.split()[1] for command in commands(demo.output)]
    steps = [name for place, name in enumerate(printed) if place == 0 or printed[place - 1] != name]
    assert steps == [
        "demo",  # the legacy database
        "audit",
        "apply",
        "move",
        "sync",
        "cron",
        "move",
        "sync",
        "move",
        "promote",
        "cron",
        "sync",
        "health",
        "status",
    ]


def test_every_source_row_is_moved_merged_or_quarantined(demo: Run) -> None:
    found = re.findall(
        r"(\w+): (\d+) source rows = (\d+) moved \+ (\d+) merged \+ (\d+) quarantined; "
        r"(\d+) missing, (\d+) different, (\d+) extra",
        demo.output,
    )
    for name in PRICES:
        comparisons = [[int(part) for part in row[1:]] for row in found if row[0] == name]
        assert len(comparisons) == 4  # before each step up, and after the last
        for source, moved, merged, quarantined, missing, different, extra in comparisons:
            assert source == moved + merged + quarantined
            assert (missing, different, extra) == (0, 0, 0)
    assert {row[0]: int(row[4]) for row in found if row[0] in PRICES} == {
        "stockx_latest_prices": 5,
        "market_prices": 52,
        "live_quotes": 2,
    }


def test_the_legacy_application_never_notices(demo: Run) -> None:
    statements, failed = re.findall(
        r"the legacy application: (\d+) statements, (\d+) failed", demo.output
    )[0]
    assert int(statements) > 500
    assert int(failed) == 0


def test_every_product_is_covered_by_both_providers(demo: Run) -> None:
    with psycopg.connect(demo.dsn) as connection:
        rows = connection.execute(
            "select provider, products, fetched, fresh from sync.provider_coverage order by 1"
        ).fetchall()
    assert rows == [("alias", 112, 112, 112), ("stockx", 112, 112, 112)]


def test_the_queue_is_filled_inside_the_database_and_emptied_by_the_worker(demo: Run) -> None:
    with psycopg.connect(demo.dsn) as connection:
        states = dict(
            connection.execute(
                "select state, count(*) from sync.api_call_queue group by 1"
            ).fetchall()
        )
        retried = connection.execute(
            "select count(*) from sync.api_call_queue where attempt > 1"
        ).fetchone()
        callers = connection.execute(
            "select distinct caller from sync.cron_runs where job_name = 'queue_stale'"
        ).fetchall()
    assert states == {"done": 224}
    assert retried is not None
    assert retried[0] > 0  # the simulator answers 429 and 500 now and then
    assert {caller for (caller,) in callers} <= {"pg_cron", "tick"}
    assert callers


def test_the_database_stays_within_its_size_budget(demo: Run) -> None:
    """112 products with 7 days of history are to fit into 100 MB, the legacy tables not counted."""
    with psycopg.connect(demo.dsn) as connection:
        size = connection.execute(
            """
            select sum(pg_total_relation_size(class.oid))
            from pg_class as class
            inner join pg_namespace as namespace on class.relnamespace = namespace.oid
            where
                class.relkind in ('r', 'm')
                and namespace.nspname in (
                    'core', 'products', 'integration', 'sync', 'equities', 'system', 'strangler',
                    'analytics', 'partman'
                )
            """
        ).fetchone()
    assert size is not None
    assert 10_000_000 < size[0] < 100_000_000


def test_the_path_of_the_health_page_is_printed_last(demo: Run) -> None:
    path = Path(demo.output.splitlines()[-1])
    assert path == demo.folder.resolve() / "health.html"
    page = path.read_text(encoding="utf-8")
    HTMLParser().feed(page)
    assert "112/112" in page
    assert "0" in page
    assert (demo.folder / "audit.html").read_text(encoding="utf-8").startswith("<!")


def test_what_it_leaves_is_what_the_files_say(demo: Run, mdt: Any) -> None:
    done = mdt("verify", dsn=demo.dsn)
    assert (done.returncode, done.stdout) == (0, "the database is what the files say\n")


def test_a_database_that_was_worked_on_is_not_replaced(demo: Run, tmp_path: Path) -> None:
    done = run_demo(demo.dsn, tmp_path)
    assert done.returncode == 1
    assert "Error: the demo database has been worked on since it was built" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no recorded answers in {DATA}")
def test_recorded_answers_go_the_same_way(cluster: Any, tmp_path: Path) -> None:
    name = f"test_demo_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {name}")
        try:
            done = run_demo(cluster.dsn(name), tmp_path, "--data", str(DATA))
            assert done.returncode == 0, done.stderr + done.stdout[-3000:]
            with psycopg.connect(cluster.dsn(name)) as connection:
                sales = connection.execute(
                    "select count(*) from integration.market_sales where source = 'stockx'"
                ).fetchone()
                retail = connection.execute(
                    "select count(*) from integration.price_sources where source = 'awin'"
                ).fetchone()
        finally:
            server.execute(f"drop database {name} with (force)")
            with psycopg.connect(cluster.dsn("mdt"), autocommit=True) as home:
                if home.execute("select to_regclass('cron.job')").fetchone() != (None,):
                    home.execute("delete from cron.job where database = %s", [name])
    assert sales == (99_956,)
    assert retail == (1_145,)
    assert done.stdout.count("0 missing, 0 different, 0 extra") == 4 + 4 * len(PRICES)


def transcript() -> Iterator[tuple[str, list[str]]]:
    """Yield each command of the README's transcript with the lines shown under it."""
    text = README.read_text(encoding="utf-8")
    part = text.partition("<!-- transcript -->")[2].partition("<!-- /transcript -->")[0]
    for block in re.findall(r"```console\n(.*?)```", part, re.S):
        for piece in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, *lines = piece.splitlines()
            yield command, [line for line in lines if line.strip() and line.strip() != "..."]


def plain(line: str) -> str:
    """Return a line with everything that differs from run to run made equal."""
    line = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d\S*)?|\d[\d.,]*", "0", line)
    return " ".join(re.sub(r"#+|-+>|(?<= )-(?= |$)", "", line).split())


def test_the_readme_shows_what_the_commands_print(demo: Run) -> None:
    shown = list(transcript())
    assert len(shown) > 10
    printed = {plain(line) for line in demo.output.splitlines()}
    ran = {plain(command) for command in commands(demo.output)} | {"mdt local up"}
    for command, lines in shown:
        words = shlex.split(command)
        assert plain(command) in ran, command
        if words[1:3] in (["local", "up"], ["sync", "tick"]):
            continue  # what they print depends on the machine, and on the minute
        if words[1] in ("audit", "health"):
            lines = [line for line in lines if not re.search(r"\d", line)]
        for line in lines:
            assert plain(line) in printed, f"{command}: {line}"
