"""mdt health: the report in each form, and its exit codes."""

import json

import psycopg
import pytest


@pytest.fixture
def session(dsn):
    """Return a connection to an installation in which all is well."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("select sync.seed_registry()")
        connection.execute(
            """
            insert into sync.cron_runs (job_name, started_at, finished_at, caller)
            select name, now(), now(), 'test' from sync.cron_jobs
            """
        )
        yield connection


@pytest.fixture
def health(mdt, dsn, session):
    """Return a function that runs mdt health there."""
    del session
    return lambda *arguments, **more: mdt(*more.pop("before", ()), "health", *arguments, dsn=dsn)


def break_something(session):
    session.execute(
        "insert into sync.subjects (data_type, subject, tier) values ('quote', 'AAPL', 'warm')"
    )


def test_what_is_well_is_reported_and_exits_with_0(health):
    done = health()
    assert (done.returncode, done.stderr) == (0, "")
    for title in ("Freshness", "Queue", "Regular jobs", "Providers and their quotas"):
        assert title in done.stdout


def test_a_finding_exits_as_fail_on_says(health, session):
    break_something(session)
    done = health()
    assert done.returncode == 0
    assert "1 of 1 stale" in done.stdout
    assert health("--fail-on", "warning").returncode == 1
    assert health("--fail-on", "never").returncode == 0
    session.execute("update sync.subjects set tier = 'hot'")
    assert health().returncode == 1
    assert health("--fail-on", "never").returncode == 0


def test_json_holds_findings_and_figures(health, session):
    break_something(session)
    for done in (health("--format", "json"), health(before=["--json"])):
        document = json.loads(done.stdout)
        text = json.dumps(document)
        assert "HLT111" in text
        assert "quote warm" in text
        assert "freshness" in text
        assert done.stderr == ""


def test_the_page_is_one_file_with_charts(health, session, tmp_path):
    break_something(session)
    page = tmp_path / "health.html"
    done = health("--out", page)
    assert done.returncode == 0
    text = page.read_text()
    assert text.lower().startswith("<!doctype html>")
    assert "quote warm" in text
    assert "src=" not in text
    assert "<link" not in text
    assert health("--format", "html").stdout.lower().startswith("<!doctype html>")


def test_markdown(health):
    assert health("--format", "md").stdout.startswith("# ")


def test_a_check_that_breaks_exits_with_1_and_says_so(health):
    done = health("--size-budget", "a lot")
    assert done.returncode == 1
    assert "HLT007" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--format", "pdf"], ["--fail-on", "sometimes"], ["--watch", "0"], ["--timeout", "-1"], ["x"]],
    ids=" ".join,
)
def test_misuse_is_refused(health, arguments):
    done = health(*arguments)
    assert done.returncode == 2
    assert "mdt health" in done.stderr


def test_a_database_without_the_toolkit_is_named(mdt, empty_dsn):
    done = mdt("health", dsn=empty_dsn)
    assert done.returncode == 1
    assert "mdt apply" in done.stderr
