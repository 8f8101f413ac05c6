"""mdt move: what each command prints, its exit codes, its JSON, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cli(mdt, dsn):
    """Return a function that runs mdt move on the database of `db`: cli("start", "articles")."""

    def run(*arguments, options=(), code=0):
        done = mdt(*options, "move", *arguments, dsn=dsn)
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


@pytest.fixture
def document(cli):
    """Return a function that runs mdt move with --json and returns the document."""

    def run(*arguments, code=0):
        return json.loads(cli(*arguments, options=["--json"], code=code).stdout)

    return run


def test_a_move_from_the_first_step_to_the_last(shop, cli):
    shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', -2)")
    counts = "2 source rows = 1 moved + 0 merged + 1 quarantined; 0 missing, 0 different, 0 extra"
    for command, lines in (
        (("start", "articles"), ["articles: capturing every change of shop.articles"]),
        (("backfill", "articles"), ["articles: 2 rows read, 1 in quarantine"]),
        (("compare", "articles"), [f"articles: {counts} ("]),
        (
            ("cutover", "--quarantine-limit", "50", "articles"),
            [counts, "articles: 0 -> 10 % read shelf.prices"],
        ),
        (("cutover", "articles"), [counts, "articles: 10 -> 50 % read shelf.prices"]),
        (("cutover", "articles", "--to", "100"), [counts, "articles: 50 -> 100 % read"]),
        (("cutover", "articles"), ["articles: everybody reads shelf.prices already"]),
        (("cutover", "articles", "--to", "10"), ["articles: 100 -> 10 % read shelf.prices"]),
        (("status",), ["articles", "rolling_out", "10 %", "2 = 1 moved", "mdt move cutover"]),
        (("rollback", "articles"), ["articles: everybody reads shop.articles again"]),
        (("status", "articles"), ["rolled_back", "  0 %", "next: mdt move start articles"]),
    ):
        printed = cli(*command).stdout
        for line in lines:
            assert line in printed, command
    assert shop.state == ("rolled_back", 0)


def test_each_command_prints_one_document(shop, document):
    shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', -2)")
    assert document("start", "articles") == {"started": ["articles"]}
    assert document("backfill", "articles") == {
        "backfilled": [{"move": "articles", "rows_read": 2, "quarantined": 1, "released": 0}]
    }
    compared = document("compare", "articles")["comparisons"]
    assert [(row["move"], row["source_rows"], row["is_clean"]) for row in compared] == [
        ("articles", 2, True)
    ]
    assert document("cutover", "--quarantine-limit", "50", "articles") == {
        "cutovers": [{"move": "articles", "from": 0, "to": 10}]
    }
    plan = document("plan", "articles")["plans"][0]
    assert (plan["move"], plan["next"]) == ("articles", "mdt move cutover articles")
    assert [step["step"] for step in plan["steps"]] == [
        "start",
        "backfill",
        "compare",
        "cutover 10 %",
        "cutover 50 %",
        "cutover 100 %",
    ]
    status = document("status")["moves"]
    assert [(row["name"], row["state"], row["rollout_percent"]) for row in status] == [
        ("articles", "rolling_out", 10)
    ]
    assert document("rollback", "articles") == {"rolled_back": ["articles"]}
    listed = {row["name"]: row for row in document("list")["moves"]}
    assert listed["market_prices"] == {
        "name": "market_prices",
        "system": "soleflip",
        "state": "not defined",
        "rollout_percent": 0,
    }


def test_a_comparison_that_is_not_clean_shows_samples_and_leaves_with_1(open_shop, cli, document):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute("update shelf.prices set cents = 2")
    printed = cli("compare", "articles", code=1).stdout
    assert "0 missing, 1 different, 0 extra" in printed
    assert "different: {'id': 1}" in printed
    found = document("compare", "articles", code=1)["comparisons"][0]
    assert (found["is_clean"], found["different"]) == (False, 1)
    assert found["samples"][0]["kind"] == "different"


@pytest.mark.parametrize(
    "command", ["plan", "start", "backfill", "compare", "cutover", "rollback", "status"]
)
def test_an_unknown_move_is_refused_before_anything_is_done(shop, cli, command):
    done = cli(command, "articles", "none", code=1)
    assert done.stderr.splitlines() == [
        'Error: there is no move "none"',
        "A move is defined before it is started.",
        "List them with 'mdt move list', define them with 'mdt move define SYSTEM'.",
    ]
    assert done.stdout == ""
    assert shop.steps == [("define", "done")]


def test_an_unknown_system_is_refused_before_anything_is_done(shop, cli):
    done = cli("define", "archvd", "none", code=1)
    assert 'Error: there are no moves for "none"' in done.stderr
    assert "archvd, soleflip, tickered" in done.stderr
    assert shop.value("select count(*) from strangler.moves") == 1


def test_a_system_that_is_not_here_is_refused(shop, cli):
    done = cli("define", "tickered", code=1)
    assert done.stderr.startswith("Error: sql/moves/tickered/live_quotes.sql")
    assert "live_quote_indicators" in done.stderr
    assert shop.value("select count(*) from strangler.moves") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("start",),
        ("cutover", "articles", "--to", "20"),
        ("backfill", "articles", "--batch-size", "0"),
        ("backfill", "articles", "--pause-ms", "-1"),
        ("nonsense",),
    ],
)
def test_misuse_leaves_with_2(shop, cli, arguments):
    del shop
    assert cli(*arguments, code=2).stdout == ""


def test_refused_steps_are_told_in_one_message_and_logged(shop, cli):
    for arguments, code, message, hint in (
        (("backfill",), "MD306", "has not been started", 'Start it with "mdt move start articles"'),
        (("compare",), "MD306", "has not been started", 'Start it with "mdt move start articles"'),
        (("cutover", "--to", "0"), "MD306", "nobody can read its new table yet", "backfill"),
    ):
        done = cli(arguments[0], "articles", *arguments[1:], code=1)
        assert message in done.stderr.splitlines()[0]
        assert f"({code})" in done.stderr.splitlines()[0]
        assert hint in done.stderr
    shop.db.execute("alter table shop.articles rename to renamed")
    assert "there is no table shop.articles" in cli("start", "articles", code=1).stderr
    shop.db.execute("alter table shop.renamed rename to articles")
    shop.start()
    shop.backfill()
    assert "cannot skip to 50" in cli("cutover", "articles", "--to", "50", code=1).stderr
    shop.db.execute("insert into shelf.prices values ('x', 1, now(), 'move:articles')")
    unclean = cli("cutover", "articles", code=1)
    assert "0 missing, 0 different, 1 extra" in unclean.stdout
    assert "has no clean comparison since its last step (MD308)" in unclean.stderr
    assert [step for step in shop.steps if step[1] != "done"] == [
        ("backfill", "refused"),
        ("compare", "refused"),
        ("rollout", "refused"),
        ("start", "refused"),
        ("rollout", "refused"),
        ("compare", "failed"),
        ("rollout", "refused"),
    ]
    assert shop.state == ("comparing", 0)


def test_batch_size_and_pause_are_kept(shop, cli):
    shop.start()
    cli("backfill", "articles", "--batch-size", "7", "--pause-ms", "1")
    cli("backfill", "articles")
    assert shop.rows("select batch_size, pause_ms from strangler.backfills") == [
        {"batch_size": 7, "pause_ms": 1}
    ]


def test_a_backfill_tries_again_what_is_in_quarantine(open_shop, document):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 666), (2, 'b', -1)")
    open_shop.db.execute("alter table shelf.prices drop constraint prices_cents_is_not_666")
    assert document("backfill", "articles") == {
        "backfilled": [{"move": "articles", "rows_read": 0, "quarantined": 1, "released": 1}]
    }
    assert open_shop.target == {"a": 66600}


@pytest.fixture
def long_backfill(shop, dsn):
    """Start a backfill of 2000 rows, ten at a time; return a function that runs it again."""
    shop.db.execute(
        "insert into shop.articles select n, 'n' || n, n from generate_series(20, 2019) as n"
        " where n <> 666"
    )
    shop.start()
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MDT_", "PG"))}
    variables |= {"MDT_HOME": os.devnull, "PYTHONPATH": str(ROOT)}
    running = []

    def run(*options):
        running.append(
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "toolkit",
                    "--dsn",
                    dsn,
                    "move",
                    "backfill",
                    "articles",
                    *list(options),
                ],
                env=variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return running[-1]

    yield run
    for process in running:
        process.kill()
        end(process)


def end(process):
    """Wait for a process, and close what it printed to; return its exit code."""
    with process:
        return process.wait(timeout=60)


def wait_for_rows(move, count, process):
    """Wait until the backfill has read so many rows."""
    while move.value("select rows_read from strangler.backfills") < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_backfill_that_is_killed_goes_on_where_it_stopped(shop, long_backfill, number):
    for stop in (1, 300, 301, 900, 1500):
        process = long_backfill("--batch-size", "10", "--pause-ms", "2")
        wait_for_rows(shop, stop, process)
        process.send_signal(number)
        assert end(process) != 0
    process = long_backfill("--pause-ms", "0")
    printed, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert printed == "articles: 1999 rows read, 0 in quarantine\n"
    assert shop.value("select count(*) from shelf.written") == 1999
    assert shop.counts() == (1999, 1999, 0, 0, 0, 0, 0)


def test_a_running_backfill_changes_its_pace_when_told(shop, long_backfill):
    process = long_backfill("--batch-size", "1", "--pause-ms", "50")
    wait_for_rows(shop, 3, process)
    assert shop.value("select rows_read from strangler.backfills") < 1000
    shop.db.execute("update strangler.backfills set batch_size = 700, pause_ms = 0")
    printed, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert printed == "articles: 1999 rows read, 0 in quarantine\n"
    assert shop.value("select count(*) from shelf.written") == 1999


def said(process, words):
    """Read what a process says on stderr until these words come; tell whether they did."""
    return any(words in line for line in iter(process.stderr.readline, ""))


def test_a_backfill_waits_for_rows_that_the_application_holds(shop, long_backfill, connect):
    application = connect()
    with application.transaction():
        application.execute("update shop.articles set price = 1 where id = 100")
        process = long_backfill()
        assert process.stderr is not None
        assert said(process, "; try 2 of 60 in ")
    assert end(process) == 0
    assert shop.target["n100"] == 100
    assert shop.counts() == (1999, 1999, 0, 0, 0, 0, 0)


def test_a_start_does_not_keep_the_application_waiting(shop, cli, connect):
    """It gives up on a lock soon, and comes again: whoever wants to write waits behind it."""
    application = connect()
    application.execute("begin")
    application.execute("insert into shop.articles values (1, 'a', 1)")
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "--dsn", shop.db.info.dsn, "move", "start", "articles"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert said(process, "; try 2 of 8 in ")
    other = connect()
    other.execute("set lock_timeout = '2s'")
    for _ in range(3):
        other.execute("insert into shop.articles values (2, 'b', 2)")
        other.execute("delete from shop.articles where id = 2")
    application.execute("commit")
    assert end(process) == 0
    assert shop.state == ("capturing", 0)
    shop.backfill()
    assert shop.counts() == (1, 1, 0, 0, 0, 0, 0)


def test_the_help_needs_no_server(cli, mdt):
    del cli
    done = mdt("move", "--help")
    assert done.returncode == 0
    for command in ("list", "define", "plan", "start", "backfill", "compare", "cutover"):
        assert command in done.stdout


def test_without_an_installation_there_is_one_sentence(mdt, empty_dsn):
    with psycopg.connect(empty_dsn):
        done = mdt("move", "status", dsn=empty_dsn)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: the toolkit is not installed in this database")
