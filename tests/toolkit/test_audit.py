"""The audit command, called as a user calls it."""

import json
import secrets
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

FLOAT = "create table quotes (id int primary key, price float8);"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def nobody(empty_db):
    """Return a login role with no rights but those of everybody."""
    name = f"test_nobody_{secrets.token_hex(4)}"
    empty_db.execute(f"create role {name} login")
    yield name
    empty_db.execute(f"drop role {name}")


@pytest.fixture
def legacy(empty_db, empty_dsn):
    empty_db.execute(FLOAT)
    return empty_dsn


def test_error_makes_the_exit_code_1(mdt, legacy):
    result = mdt("audit", dsn=legacy)
    assert result.returncode == 1
    assert "public.quotes.price: double precision" in result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("sql", "level", "code"),
    [
        (FLOAT, "never", 0),
        (FLOAT, "warning", 1),
        ("create table a (id int primary key, at timestamp)", "error", 0),
        ("create table a (id int primary key, at timestamp)", "warning", 1),
        ("create table a (id int primary key, body json)", "warning", 0),
        ("create table a (id int primary key, body json)", "info", 1),
    ],
)
def test_fail_on_sets_the_level(mdt, empty_db, empty_dsn, sql, level, code):
    empty_db.execute(sql)
    result = mdt("audit", "--only", "types", "--fail-on", level, dsn=empty_dsn)
    assert result.returncode == code, result.stderr


def test_empty_database_is_clean(mdt, empty_dsn):
    result = mdt("--json", "audit", "--fail-on", "info", dsn=empty_dsn)
    assert result.returncode == 0, result.stdout
    found = json.loads(result.stdout)
    assert (found["grade"]["letter"], found["findings"], found["broken"]) == ("A", [], [])
    assert found["report"] == "audit"


def test_json_is_one_document_with_the_inventory(mdt, legacy):
    found = json.loads(mdt("--json", "audit", dsn=legacy).stdout)
    assert "TYP001:public.quotes.price" in {one["key"] for one in found["findings"]}
    assert {
        "table_sizes",
        "row_counts",
        "foreign_keys",
        "index_sizes",
        "object_counts",
        "extensions",
    } == {one["name"] for one in found["sections"]}
    assert {"database", "server", "size", "statistics since"} <= set(found["facts"])
    same = json.loads(mdt("audit", "--format", "json", dsn=legacy).stdout)
    assert set(same) == set(found)


def test_only_limits_the_areas_and_leaves_out_the_inventory(mdt, legacy):
    found = json.loads(
        mdt("--json", "audit", "--only", "types", "--only", "keys", dsn=legacy).stdout
    )
    assert [one["area"] for one in found["areas"]] == ["types", "keys"]
    assert found["sections"] == []
    assert mdt("audit", "--only", "walls", dsn=legacy).returncode == 2


def test_size_is_judged_against_a_budget(mdt, empty_dsn):
    def status(budget: str) -> str:
        result = mdt("--json", "audit", "--set", f"size_budget={budget}", dsn=empty_dsn)
        sections = {one["name"]: one for one in json.loads(result.stdout)["sections"]}
        return sections["size_budget"]["rows"][0]["status"]

    assert (status("1MB"), status("100GB")) == ("fail", "ok")


def test_limit_that_the_server_cannot_read_is_not_hidden(mdt, empty_dsn):
    result = mdt("--json", "audit", "--set", "size_budget=many", dsn=empty_dsn)
    assert result.returncode == 1
    [broken] = json.loads(result.stdout)["broken"]
    assert broken["id"] == "INV009"


@pytest.mark.parametrize("limit", ["unknown=1", "row_budget", "row_budget=", "=1"])
def test_unknown_limit_is_a_misuse(mdt, empty_dsn, limit):
    result = mdt("audit", "--set", limit, dsn=empty_dsn)
    assert result.returncode == 2
    assert "row_budget" in result.stderr


def test_login_without_rights_gets_a_report(mdt, empty_db, legacy, nobody):
    empty_db.execute("analyze")
    result = mdt("--json", "audit", dsn=make_conninfo(legacy, options=f"-c role={nobody}"))
    found = json.loads(result.stdout)
    assert result.returncode == 1
    assert found["broken"] == []
    assert "TYP001" in {one["id"] for one in found["findings"]}
    reasons = {one["id"]: one["reason"] for one in found["skipped"]}
    assert reasons["KEY003"] == "none of the 1 tables may be read"
    assert reasons["TYP004"] == "none of the 1 tables may be read"
    assert found["facts"]["audited by"] == nobody


def test_server_that_allows_no_writing_is_enough(mdt, legacy):
    read_only = make_conninfo(legacy, options="-c default_transaction_read_only=on")
    assert json.loads(mdt("--json", "audit", dsn=read_only).stdout)["broken"] == []


def test_files_are_written_in_the_format_of_their_endings(mdt, legacy, tmp_path):
    names = ("a.html", "a.json", "a.md", "a.txt")
    options = [part for name in names for part in ("--out", str(tmp_path / name))]
    result = mdt("audit", *options, dsn=legacy)
    assert result.returncode == 1
    assert result.stdout.count("\n") == 1
    assert "grade " in result.stdout
    assert names_in(tmp_path) == sorted(names)
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")
    assert json.loads((tmp_path / "a.json").read_text())["report"] == "audit"
    assert (tmp_path / "a.md").read_text().startswith("# Audit of ")
    assert "Findings (" in (tmp_path / "a.txt").read_text()


def test_format_is_for_stdout_unless_a_file_has_it(mdt, legacy, tmp_path):
    page = str(tmp_path / "a.html")
    result = mdt("audit", "--format", "html", "--out", page, dsn=legacy)
    assert result.stdout.count("\n") == 1
    result = mdt("audit", "--format", "json", "--out", page, dsn=legacy)
    assert json.loads(result.stdout)["report"] == "audit"
    result = mdt("audit", "--format", "md", dsn=legacy)
    assert result.stdout.startswith("# Audit of ")


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("report.pdf", 2, "cannot tell the format"),
        ("none/report.md", 1, "No such file or directory"),
        ("folder.md", 1, "it is a folder"),
    ],
)
def test_file_that_cannot_be_written_is_refused_in_a_line(
    mdt, legacy, tmp_path, name, code, message
):
    (tmp_path / "folder.md").mkdir()
    result = mdt("audit", "--out", tmp_path / name, dsn=legacy)
    assert result.returncode == code
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert names_in(tmp_path) == ["folder.md"]


def test_checks_of_the_project_join_and_replace_those_of_the_toolkit(mdt, legacy, tmp_path):
    folder = tmp_path / "checks" / "audit"
    folder.mkdir(parents=True)
    header = "-- title: Mine\n-- severity: info\n-- why: a\n-- fix: b\n-- area: types\n"
    query = "select 'x' as subject, 'y' as detail;\n"
    (folder / "mine.sql").write_text(f"{header}-- id: MY001\n{query}")
    (folder / "money_as_float.sql").write_text(f"{header}-- id: TYP001\n{query}")
    result = mdt("--project", tmp_path, "--json", "audit", "--only", "types", dsn=legacy)
    found = json.loads(result.stdout)
    assert {one["key"] for one in found["findings"]} == {"MY001:x", "TYP001:x"}
    assert result.returncode == 0


def test_findings_can_be_ignored_by_option_and_by_project(mdt, empty_db, legacy, tmp_path):
    empty_db.execute("create table _yoyo_log (id int, price float8)")
    empty_db.execute("create table costs (id int, fee float8)")
    (tmp_path / "mdt.toml").write_text('[audit]\nignore = ["public.quotes.*"]\n')
    command = ("--project", tmp_path, "--json", "audit", "--only", "types")
    found = json.loads(mdt(*command, dsn=legacy).stdout)
    assert [one["subject"] for one in found["findings"]] == ["public.costs.fee"]
    result = mdt(*command, "--ignore", "TYP001:public.costs.*", dsn=legacy)
    found = json.loads(result.stdout)
    assert (found["findings"], found["counts"]["ignored"], result.returncode) == ([], 3, 0)


@pytest.mark.parametrize("value", ['"a"', "[1]"])
def test_malformed_list_to_ignore_is_a_misuse(mdt, legacy, tmp_path, value):
    (tmp_path / "mdt.toml").write_text(f"[audit]\nignore = {value}\n")
    result = mdt("--project", tmp_path, "audit", dsn=legacy)
    assert result.returncode == 2
    assert "[audit] ignore" in result.stderr


def test_broken_check_is_reported_whatever_fail_on_says(mdt, legacy, tmp_path):
    folder = tmp_path / "checks" / "audit"
    folder.mkdir(parents=True)
    (folder / "mine.sql").write_text(
        "-- title: Mine\n-- severity: info\n-- why: a\n-- fix: b\n-- area: types\n"
        "select nonsense;\n"
    )
    result = mdt("--project", tmp_path, "audit", "--fail-on", "never", dsn=legacy)
    assert result.returncode == 1
    assert 'column "nonsense" does not exist (42703)' in result.stdout


def test_malformed_check_is_a_failure_with_its_line(mdt, legacy, tmp_path):
    folder = tmp_path / "checks" / "audit"
    folder.mkdir(parents=True)
    (folder / "mine.sql").write_text("-- title: Mine\n-- hello\nselect 1;\n")
    result = mdt("--project", tmp_path, "audit", dsn=legacy)
    assert result.returncode == 1
    assert f"{folder / 'mine.sql'}:2: " in result.stderr


def test_time_limit_skips_and_says_so(mdt, legacy):
    result = mdt("--json", "audit", "--timeout", "0.001", dsn=legacy)
    found = json.loads(result.stdout)
    reasons = {one["reason"] for one in found["skipped"]}
    assert "it took longer than 0.001 s" in reasons
    assert found["broken"] == []


def test_help_needs_no_server(mdt):
    result = mdt("audit", "--help")
    assert result.returncode == 0
    assert "--fail-on" in result.stdout
