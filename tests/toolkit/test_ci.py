"""ci: one proof on a fresh database, its reports, and what makes it fail."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree  # of our own files
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest

from toolkit import cli
from toolkit.ci import STEPS, Step
from toolkit.ci_reports import junit, sarif
from toolkit.errors import FAILED, NO_CONNECTION
from toolkit.project import files_root

WORKFLOW = files_root() / "docs/examples/github-workflow.yml"


@pytest.fixture
def server(empty_dsn) -> str:
    return empty_dsn


@pytest.fixture
def prove(mdt, root, server, tmp_path):
    """Return a function that runs mdt ci on the small toolkit with a project on top."""
    folder = tmp_path / "shop"
    assert mdt("init", folder).returncode == 0
    (root.folder / "pyproject.toml").symlink_to(files_root() / "pyproject.toml")

    def run(*words: str, options: tuple[str, ...] = (), dsn: str = server) -> Any:
        env = {"PYTHONPATH": str(root.folder)}
        return mdt(*options, "ci", *words, cwd=folder, dsn=dsn, env=env)

    run.folder = folder  # type: ignore[attr-defined]
    return run


def left_over(server: str) -> list[tuple[str]]:
    with psycopg.connect(server) as connection:
        return connection.execute(
            "select datname from pg_database where datname like 'mdt\\_ci\\_%'"
            " and shobj_description(oid, 'pg_database') like '%beside ' || current_database()"
        ).fetchall()


def suite_of(report: Path) -> ElementTree.Element:
    return ElementTree.parse(report).getroot()[0]  # noqa: S314


def migration(folder: Path, text: str, rollback: str, verify: str = "select 1;\n") -> None:
    name = "0002_create_shelves"
    (folder / f"migrations/{name}.sql").write_text(text)
    (folder / f"migrations/{name}.rollback.sql").write_text(rollback)
    (folder / f"migrations/verify/{name}.sql").write_text(verify)


# What the safety rules would find before a database does.
NOT_BACK = "-- allow: rollback_not_inverse, so that the proof finds it\n"
UNSEEN = "-- allow: unreadable_statement, so that the proof finds it\n"
SHELVES = "-- Create the shelves.\ncreate table shop.shelves (id bigint);\n"


def test_a_sound_project_is_proven_and_leaves_nothing(prove, server, tmp_path):
    migration(prove.folder, SHELVES, "drop table shop.shelves;\n")
    report, findings = tmp_path / "out/junit.xml", tmp_path / "out/lint.sarif"
    done = prove("--junit", str(report), "--sarif", str(findings))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["passed"] * 10 + ["proven:"]
    assert left_over(server) == []
    suite = suite_of(report)
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("10", "0", "0")
    assert len(suite.findall("testcase")) == len(STEPS)
    assert json.loads(findings.read_text())["runs"][0]["results"] == []


def test_json_is_one_document_a_line(prove):
    done = prove("--no-lint", options=("--json",))
    assert done.returncode == 0, done.stdout
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["step"] for one in documents[:-1]] == [name for name in STEPS if name != "lint"]
    assert all(one["state"] == "passed" for one in documents[:-1])
    assert documents[-1]["passed"] is True
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("text", "rollback", "verify", "step", "message"),
    [
        (NOT_BACK + SHELVES, "select 1;\n", "select 1;\n", "rollback", "cannot drop schema shop"),
        ("-- No.\nselect shop.nothing();\n", "select 1;\n", "select 1;\n", "apply", "0002_create"),
        (SHELVES, "drop table shop.shelves;\n", "select 1 / 0;\n", "verify", "division by zero"),
        (
            NOT_BACK + "create table public.left_over (id bigint);\n",
            "select 1;\n",
            "select 1;\n",
            "compare",
            "+CREATE TABLE public.left_over",
        ),
    ],
)
def test_what_is_wrong_fails_its_step_and_the_database_goes(
    prove, server, tmp_path, text, rollback, verify, step, message
):
    migration(prove.folder, text, rollback, verify)
    report, findings = tmp_path / "junit.xml", tmp_path / "lint.sarif"
    done = prove("--no-lint", "--junit", str(report), "--sarif", str(findings))
    assert done.returncode == FAILED
    failed = [line for line in done.stdout.splitlines() if line.startswith("failed ")]
    assert [line.split()[1] for line in failed] == [step]
    assert message in done.stdout
    assert left_over(server) == []
    case = next(case for case in suite_of(report) if str(case.get("name")).startswith(f"{step}:"))
    assert case.find("failure") is not None
    (result,) = json.loads(findings.read_text())["runs"][0]["results"]
    assert result["ruleId"] == f"ci-{step}"


def test_a_second_build_that_differs_from_the_first_is_found(prove):
    migration(
        prove.folder,
        UNSEEN + "do $do$\nbegin\n"
        "    execute format('create table shop.t%s ()', pg_current_xact_id());\nend;\n$do$;\n",
        "drop schema shop cascade;\ncreate schema shop;\n"
        "comment on schema shop is 'What is in it.';\n",
    )
    done = prove("--no-lint")
    assert done.returncode == FAILED
    assert "failed  compare again" in done.stdout
    assert "+CREATE TABLE shop.t" in done.stdout


def test_complaints_of_the_lint_are_findings_with_their_lines(prove, tmp_path):
    migration(prove.folder, "-- Shout.\nSELECT 1;\n", "select 1;\n")
    findings = tmp_path / "lint.sarif"
    done = prove("--sarif", str(findings))
    assert done.returncode == FAILED
    results = json.loads(findings.read_text())["runs"][0]["results"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "migrations/0002_create_shelves.sql"
    assert place["region"]["startLine"] == 2


def test_a_server_that_is_not_there_is_exit_code_3(prove):
    done = prove("--no-lint", dsn="host=/nowhere dbname=x")
    assert done.returncode == NO_CONNECTION
    assert "cannot connect to the server" in done.stdout


def test_a_role_that_may_not_make_a_database_is_told(prove, server, cluster):
    role = f"no_db_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create role {role} login")
        try:
            done = prove("--no-lint", dsn=psycopg.conninfo.make_conninfo(server, user=role))
        finally:
            connection.execute(f"drop role {role}")
    assert done.returncode in (FAILED, NO_CONNECTION)
    assert done.stdout.startswith("failed  create")


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_proof_leaves_no_database_for_long(prove, server, root, signal_number):
    (root.folder / "sql/core/functions").mkdir(parents=True)
    migration(prove.folder, "-- Sleep.\nselect pg_sleep(60);\n", "select 1;\n")
    environment = {**os.environ, "PYTHONPATH": str(root.folder), "MDT_DSN": server}
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "ci", "--no-lint"],
        cwd=prove.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with psycopg.connect(server, autocommit=True) as connection:
        until = time.monotonic() + 60
        while (
            connection.execute(
                "select from pg_stat_activity where query like '%pg_sleep(60)%' "
                "and pid <> pg_backend_pid()"
            ).fetchone()
            is None
        ):
            assert time.monotonic() < until
            time.sleep(0.05)
    os.killpg(process.pid, signal_number)
    process.communicate(timeout=60)
    if signal_number == signal.SIGINT:
        assert process.returncode == 130
    else:  # nobody was left to drop it: the next run does
        migration(prove.folder, "-- Fail.\nselect nonsense;\n", "select 1;\n")
        assert prove("--no-lint").returncode == FAILED
    assert left_over(server) == []


# -- the reports ------------------------------------------------------------------------------


def test_a_report_stands_whatever_a_message_has_in_it():
    step = Step("apply", "x", "failed", 1.0, "<&\"' \x00\x1b[31m ☃", "]]> \ud7ff\ufffe")
    text = junit([step])
    assert ElementTree.fromstring(text.split("?>", 1)[1]) is not None  # noqa: S314
    assert json.loads(json.dumps(sarif([step])))["version"] == "2.1.0"


# -- the example ------------------------------------------------------------------------------


def read_yaml(text: str) -> Any:
    """Read the part of YAML that a workflow is written in: maps, lists, scalars, literal blocks.

    Strict about what it knows, so that an indentation that is off is found.
    """
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        assert "\t" not in line, f"line {number}: a tab"
        lines.append((number, len(line) - len(line.lstrip()), line.strip()))
    position = 0

    def skip() -> None:
        nonlocal position
        while position < len(lines) and (not lines[position][2] or lines[position][2][0] == "#"):
            position += 1

    def scalar(value: str) -> Any:
        value = re.sub(r"\s+#.*$", "", value)
        if value.startswith("[") and value.endswith("]"):
            return [part.strip() for part in value[1:-1].split(",")]
        return value.strip("\"'")

    def block(indent: int) -> str:
        nonlocal position
        found = []
        while position < len(lines) and (lines[position][1] >= indent or not lines[position][2]):
            found.append(lines[position][2])
            position += 1
        return "\n".join(found).strip()

    def node(indent: int) -> Any:
        nonlocal position
        skip()
        result: Any = [] if lines[position][2].startswith("- ") else {}
        while True:
            skip()
            if position >= len(lines) or lines[position][1] < indent:
                return result
            number, own, line = lines[position]
            assert own == indent, f"line {number}: indentation of {own}, not {indent}"
            if line.startswith("- "):
                assert isinstance(result, list), f"line {number}: a list in a map"
                lines[position] = (number, indent + 2, line[2:])
                result.append(node(indent + 2))
                continue
            assert isinstance(result, dict), f"line {number}: a map in a list"
            match = re.fullmatch(r"([\w-]+):(?:\s+(.*))?", line)
            assert match, f"line {number}: {line}"
            key, value = match[1], re.sub(r"^#.*$", "", match[2] or "")
            assert key not in result, f"line {number}: {key} is there twice"
            position += 1
            if value == "|":
                skip()
                result[key] = block(lines[position][1])
            elif value:
                result[key] = scalar(value)
            else:
                skip()
                deeper = position < len(lines) and lines[position][1] > indent
                result[key] = node(lines[position][1]) if deeper else None

    return node(0)


def test_the_example_workflow_is_yaml_that_calls_commands_and_options_that_are_there():
    document = read_yaml(WORKFLOW.read_text(encoding="utf-8"))
    assert set(document) == {"name", "on", "permissions", "jobs"}
    assert document["on"] == {"push": {"branches": ["main"]}, "pull_request": None}
    steps = document["jobs"]["database"]["steps"]
    for step in steps:
        assert ("uses" in step) != ("run" in step)
    commands = [
        line.split()
        for step in steps
        for line in step.get("run", "").splitlines()
        if line.startswith("mdt ")
    ]
    assert ["mdt", "local", "up"] in commands
    for _, name, *words in commands:
        command = cli.cli.get_command(click.Context(cli.cli), name)
        assert command is not None, name
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), words.pop(0))
        command.make_context(name, words, resilient_parsing=True)
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_yaml_that_is_off_is_found():
    with pytest.raises(AssertionError, match="indentation"):
        read_yaml("a:\n  b: 1\n   c: 2\n")
    with pytest.raises(AssertionError, match="twice"):
        read_yaml("a: 1\na: 2\n")
