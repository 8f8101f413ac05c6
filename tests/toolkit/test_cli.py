"""The command line: what it says without a server, and how every error ends."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import psycopg
import pytest
from psycopg import sql

from toolkit import cli, migrate
from toolkit import db as connections
from toolkit.errors import FAILED, INTERRUPTED, MISUSED, NO_CONNECTION
from toolkit.project import files_root

LAZY = ("psycopg", "yoyo", "jinja2", "sqlfluff", "httpx", "toolkit.commands")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command and of every command below it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = list(commands(cli.cli))


@pytest.fixture
def run(monkeypatch, capfd) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs the command line in this process: (exit code, stdout, stderr)."""
    for name in os.environ:
        if name.startswith(("MDT_", "PG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MDT_HOME", os.devnull)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(list(arguments))
        return (code, *capfd.readouterr())

    return call


def one_document(text: str) -> dict[str, str]:
    """Return the only JSON document of a text."""
    document = json.loads(text)
    assert isinstance(document, dict)
    return document


# -- without a server -------------------------------------------------------------------------


def test_help_lists_every_command_in_one_line_each_and_in_order(mdt):
    result = mdt("--help")
    assert (result.returncode, result.stderr) == (0, "")
    listed = result.stdout.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in listed] == sorted(cli.COMMANDS)
    assert all(line.startswith("  ") and len(line) <= 80 and line.endswith(".") for line in listed)
    assert mdt("-h").stdout == result.stdout


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_command_explains_itself_without_a_server(run, monkeypatch, words):
    monkeypatch.setattr(psycopg, "connect", None)
    code, out, err = run(*words, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: mdt {' '.join(words)} ")
    explanation = out.split("\n\n")[1].strip()
    assert explanation[0].isupper()
    assert explanation[-1] in ".;:"


def test_the_table_of_commands_names_commands_that_are_there():
    assert {words[0] for words in ALL if len(words) == 1} == set(cli.COMMANDS)


def test_help_imports_nothing_that_is_slow():
    script = (
        "import sys; from toolkit.cli import run; code = run(['--help']); "
        f"print([name for name in {LAZY} if name in sys.modules], code, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=files_root(), capture_output=True, text=True, check=True
    )
    assert result.stderr == "[] 0\n"


def test_the_version_is_that_of_the_package(run):
    from toolkit import __version__

    assert run("--version") == (0, f"mdt, version {__version__}\n", "")


def test_no_command_is_answered_with_the_help(run):
    code, out, err = run()
    assert (code, out) == (MISUSED, "")
    assert "Commands:" in err


# -- misuse -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["nonsense"], "no such command 'nonsense'", "mdt"),
        (["sync", "nonsense"], "no such command 'nonsense'", "mdt sync"),
        (["apply", "--nonsense"], "no such option '--nonsense'", "mdt apply"),
        (["apply", "too", "much"], "got unexpected extra arguments (too much)", "mdt apply"),
        (["apply", "--max-wait", "long"], "'long' is not a time such as 500ms", "mdt apply"),
        (["apply", "--max-wait", "-1"], "'-1' is not a time such as 500ms", "mdt apply"),
        (["--project", "/nowhere", "plan"], "directory '/nowhere' does not exist", "mdt"),
        (["render"], "missing argument 'FILE'", "mdt render"),
    ],
)
def test_misuse_is_told_in_one_line_with_where_to_look(run, arguments, message, hint):
    code, out, err = run(*arguments)
    assert (code, out) == (MISUSED, "")
    first, second = err.splitlines()
    assert first.startswith("Error: ")
    assert message in first.lower().replace("'file'", "'FILE'")
    assert second == f"See '{hint} --help'."
    code, out, err = run("--json", *arguments)
    assert (code, err) == (MISUSED, "")
    assert one_document(out) == {"error": first.removeprefix("Error: "), "hint": second}


@pytest.mark.parametrize(
    "dsn",
    [
        "nonsense",
        "postgresql://host:port/x",
        "host=/nowhere port=99999",
        "no_such_option=1",
        "host=/nowhere sslmode=perhaps",
        "host=/nowhere connect_timeout=soon",
        "postgresql://me:s%zzcret@host/x",
    ],
)
def test_a_dsn_that_cannot_be_read_is_misuse(run, dsn):
    code, out, err = run("--dsn", dsn, "status")
    assert (code, out) == (MISUSED, "")
    message, reason, hint = err.splitlines()
    assert message == "Error: the DSN cannot be read"
    assert reason.endswith(".")
    assert hint == "Write it as postgresql://USER@HOST:PORT/DATABASE."
    assert "zzcret" not in err


# -- no connection ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dsn", ["postgresql:///x?host=/nowhere", "postgresql://127.0.0.1:1/x", "host=127.0.0.1 port=1"]
)
@pytest.mark.parametrize("command", ["status", "apply", "verify"])
def test_a_server_that_is_not_there_is_told_with_how_to_start_one(run, dsn, command):
    code, out, err = run("--dsn", dsn, command)
    assert (code, out) == (NO_CONNECTION, "")
    message, reason, hint = err.splitlines()
    assert message == "Error: cannot connect to the server"
    assert reason.startswith("Connection to server ")
    assert "'mdt local up'" in hint
    code, out, err = run("--json", "--dsn", dsn, command)
    assert (code, err) == (NO_CONNECTION, "")
    assert one_document(out) == {
        "error": "cannot connect to the server",
        "detail": reason,
        "hint": hint,
    }


def test_without_a_dsn_the_private_cluster_is_meant(run):
    code, _, err = run("status")
    assert code == NO_CONNECTION
    assert err.startswith("Error: there is no private cluster\n")


def test_a_wrong_password_is_told_and_not_shown(run, cluster):
    address = f"postgresql://postgres:s3cret@127.0.0.1:{cluster.status()['port']}/postgres"
    code, _, err = run("--dsn", address, "status")
    assert code == NO_CONNECTION
    assert err.startswith("Error: the server refused the password\n")
    assert "s3cret" not in err


def test_an_unknown_database_is_told(run, cluster):
    code, _, err = run("--dsn", cluster.dsn("no_such_database"), "status")
    assert code == NO_CONNECTION
    assert err.startswith("Error: there is no such database\n")
    assert "createdb" in err


def test_what_the_dsn_sets_is_not_set_again(empty_dsn):
    with connections.connect(f"{empty_dsn}&application_name=deploy") as connection:
        assert connections.scalar(connection, "show application_name") == "deploy"
    with connections.connect(empty_dsn) as connection:
        assert connections.scalar(connection, "show application_name") == "mdt"


# -- servers that do not do -------------------------------------------------------------------


def test_a_server_that_is_too_old_is_refused(run, empty_dsn, monkeypatch):
    monkeypatch.setattr(connections, "OLDEST_SERVER", 99)
    code, _, err = run("--dsn", empty_dsn, "apply")
    assert code == FAILED
    message, detail, _ = err.splitlines()
    assert message.startswith("Error: the server is PostgreSQL ")
    assert "or later" in detail


@pytest.fixture
def plain_role(cluster) -> Iterator[str]:
    """Make a role without any right; whatever it owns goes with it."""
    name = f"test role {secrets.token_hex(4)}"
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
        yield name
        for (database,) in server.execute(
            "select datname from pg_database where datname like %s", [f"test%{os.getpid()}%"]
        ).fetchall():
            with psycopg.connect(cluster.dsn(database), autocommit=True) as connection:
                connection.execute(sql.SQL("drop owned by {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.mark.parametrize(
    "partman",
    [
        "",
        "create schema p; create extension pg_partman schema p;",
        "create schema p; create extension pg_partman schema p; grant usage on schema p to public;"
        "grant select, insert on all tables in schema p to public;",
    ],
    ids=["not installed", "installed", "installed for reading"],
)
def test_a_role_without_rights_is_told_the_grants_that_let_it_do_everything(
    mdt, empty_dsn, plain_role, partman
):
    dsn = empty_dsn.replace("postgres@", plain_role.replace(" ", "%20") + "@")
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute(partman)
        refused = mdt("apply", dsn=dsn)
        assert refused.returncode == FAILED
        message, _, hint = refused.stderr.splitlines()
        assert message.startswith(f'Error: role "{plain_role}" may not install the toolkit in ')
        assert connection.execute("select to_regnamespace('core')").fetchone() == (None,)
        connection.execute(hint.removeprefix("Let a superuser say there: "))
    back = ["rollback", "--all", "--backup-confirmed"]
    for words in (["plan"], ["apply"], ["sync", "tick"], ["verify"], back):
        result = mdt(*words, dsn=dsn)
        assert result.returncode == 0, result.stderr


def test_a_server_without_pg_partman_is_told_in_one_sentence(run, empty_dsn, monkeypatch):
    ask = connections.scalar

    def without_partman(connection, query, *values):
        return None if "'pg_partman'" in query else ask(connection, query, *values)

    monkeypatch.setattr(connections, "scalar", without_partman)
    code, _, err = run("--dsn", empty_dsn, "apply")
    assert code == FAILED
    message, _, hint = err.splitlines()
    assert message == "Error: pg_partman is not available on this server"
    assert "-partman" in hint


def test_a_pg_partman_that_is_too_old_is_refused(run, empty_dsn, monkeypatch):
    ask = connections.scalar

    def with_old_partman(connection, query, *values):
        return "4.6.2" if "'pg_partman'" in query else ask(connection, query, *values)

    monkeypatch.setattr(connections, "scalar", with_old_partman)
    code, _, err = run("--dsn", empty_dsn, "apply")
    assert code == FAILED
    assert err.startswith("Error: pg_partman 4.6.2 is too old\n")


# -- output -----------------------------------------------------------------------------------


def test_json_is_one_document_on_stdout_whatever_else_is_said(mdt_there, empty_dsn):
    for words, code in (
        (["status"], FAILED),
        (["plan"], 0),
        (["apply"], 0),
        (["status"], 0),
        (["verify"], 0),
        (["rollback", "--to", "0009_unknown"], FAILED),
        (["rollback", "--all"], 0),
    ):
        result = mdt_there("--json", *words, dsn=empty_dsn)
        assert result.returncode == code, words
        one_document(result.stdout)


def test_quiet_leaves_only_results(mdt_there, empty_dsn):
    result = mdt_there("-q", "apply", dsn=empty_dsn)
    assert (result.stdout, result.stderr) == ("applied 2 migrations and 0 objects\n", "")


def start(arguments: list[str], stdout: object, root=None, dsn: str = "") -> subprocess.Popen[str]:
    folder = root.folder if root else files_root()
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MDT_", "PG"))}
    return subprocess.Popen(
        [sys.executable, "-m", "toolkit", *arguments],
        cwd=folder,
        env=variables | {"MDT_DSN": dsn, "MDT_HOME": os.devnull, "PYTHONPATH": str(folder)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background ignores Ctrl-C, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("words", [["--help"], ["plan"], ["nonsense"]], ids=lambda words: words[0])
def test_a_reader_that_leaves_early_is_no_reason_for_a_traceback(root, empty_dsn, options, words):
    for number in range(300):
        root.sql(f"core/views/a{number}", "select 1;")
    reading, writing = os.pipe()
    with start([*options, *words], writing, root, empty_dsn) as process:
        os.close(reading)
        os.close(writing)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert process.returncode in (FAILED, MISUSED)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "words", [["--help"], ["plan"], ["--json", "plan"], ["audit", "--format", "json"]], ids=" ".join
)
def test_a_full_disk_under_the_output_is_told_in_one_message(root, empty_dsn, words):
    with Path("/dev/full").open("w") as full, start(words, full, root, empty_dsn) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == FAILED
    lines = [line for line in said.splitlines() if not line.startswith(("checking", "wrote"))]
    assert lines in (["Error: cannot read or write: No space left on device"], [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_under_a_report_is_told_in_one_message(mdt, empty_dsn):
    result = mdt("audit", "--format", "html", "--out", "/dev/full", dsn=empty_dsn)
    assert result.returncode == FAILED
    assert "No space left on device" in result.stderr
    assert "/dev/full" in result.stderr
    assert "Traceback" not in result.stderr


# -- interruption -----------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_an_interrupted_apply_says_so_and_the_next_completes_it(
    root, empty_dsn, mdt_there, options
):
    root.migration("0003_first", "create table core.first ();", "drop table core.first;")
    root.migration(
        "0004_slow",
        "create table core.slow (); select pg_sleep(600) where exists (select from"
        " pg_stat_activity where application_name = 'watched' and datname = current_database());",
        "drop table core.slow;",
    )
    with contextlib.ExitStack() as stack:
        watcher = stack.enter_context(psycopg.connect(empty_dsn, application_name="watched"))
        process = stack.enter_context(start([*options, "apply"], subprocess.PIPE, root, empty_dsn))
        stack.callback(process.kill)
        while not process.stderr.readline().startswith("applied 0003_first"):
            assert process.poll() is None
        while (
            watcher.execute(
                "select 1 from pg_stat_activity where application_name = 'mdt' and state = 'active'"
                " and datname = current_database() and query like '%pg_sleep%'"
            ).fetchone()
            is None
        ):
            watcher.rollback()
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
        assert process.returncode == INTERRUPTED, (out, said)
        report = {"error": "interrupted", "hint": "Run the same command again to go on."}
        if options:
            assert one_document(out) == report
        else:
            assert said.strip().splitlines() == [f"Error: {report['error']}", report["hint"]]
    result = mdt_there("apply", dsn=empty_dsn)
    assert (result.returncode, result.stdout) == (0, "applied 1 migrations and 0 objects\n")
    with connections.connect(empty_dsn) as connection:
        assert root.migrator(connection).plan() == migrate.Plan()
