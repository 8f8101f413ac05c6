"""mdt sync and mdt cron, as a user calls them."""

import contextlib
import json
import os

import psycopg
import pytest

from toolkit.commands import cron
from toolkit.context import App
from toolkit.errors import FAILED, MISUSED, NO_CONNECTION, Failure


@pytest.fixture
def seeded(mdt, dsn):
    """Seed the registry with the command; return the DSN."""
    assert mdt("sync", "seed", dsn=dsn).returncode == 0
    return dsn


def document(ran, code=0):
    """Return the JSON document of a call that ended with this exit code."""
    assert ran.returncode == code, ran.stderr
    return json.loads(ran.stdout)


def test_seed_registers_and_points_a_provider_elsewhere(mdt, dsn, rows):
    first = mdt("--json", "sync", "seed", "--base-url", "fmp=http://localhost:8080", dsn=dsn)
    assert document(first) == {"providers_added": 4, "data_types_added": 7, "subjects_added": 0}
    assert rows("select base_url from sync.providers where name = 'fmp'") == [
        {"base_url": "http://localhost:8080"}
    ]
    assert mdt("sync", "seed", dsn=dsn).stdout == "added 0 providers, 0 data types and 0 subjects\n"


@pytest.mark.parametrize("text", ["fmp", "=http://x", "fmp="])
def test_a_base_url_without_provider_or_url_is_misuse(mdt, dsn, text):
    assert mdt("sync", "seed", "--base-url", text, dsn=dsn).returncode == MISUSED


def test_a_base_url_for_an_unknown_provider_adds_nothing(mdt, dsn, rows):
    ran = mdt("sync", "seed", "--base-url", "stokcx=http://x", dsn=dsn)
    assert ran.returncode == FAILED
    assert 'provider "stokcx" is not registered (MD204)' in ran.stderr
    assert rows("select name from sync.providers") == []


def test_enqueue_prints_how_many_are_new(mdt, seeded):
    assert mdt("sync", "enqueue", "quote", "AAPL", "MSFT", dsn=seeded).stdout == "2\n"
    again = mdt("--json", "sync", "enqueue", "quote", "AAPL", "NVDA", dsn=seeded)
    assert document(again) == {"queued": 1}


def test_an_unknown_data_type_is_named_and_the_way_out_too(mdt, seeded):
    ran = mdt("sync", "enqueue", "quotes", "AAPL", dsn=seeded)
    assert ran.returncode == FAILED
    assert ran.stderr.splitlines()[0] == 'Error: data type "quotes" is not registered (MD201)'
    assert "mdt sync seed" in ran.stderr


def test_status_shows_queue_subjects_providers_and_cron(mdt, seeded):
    mdt("sync", "enqueue", "quote", "AAPL", dsn=seeded)
    shown = document(mdt("--json", "sync", "status", dsn=seeded))
    assert {row["data_type"]: row["waiting"] for row in shown["queue"]}["quote"] == 1
    assert {row["provider"] for row in shown["providers"]} == {"alias", "awin", "fmp", "stockx"}
    assert shown["subjects"] == []
    assert all(row["is_silent"] for row in shown["cron"])
    assert "quote" in mdt("sync", "status", dsn=seeded).stdout


def test_tick_runs_what_is_due_and_says_when_something_failed(mdt, db, dsn):
    first = document(mdt("--json", "sync", "tick", dsn=dsn))
    assert {row["outcome"] for row in first["jobs"]} == {"done"}
    db.execute("update sync.cron_runs set started_at = started_at - interval '1 day'")
    db.execute("update sync.cron_jobs set command = 'select 1 / 0' where name = 'queue_stale'")
    failed = mdt("sync", "tick", dsn=dsn)
    assert failed.returncode == FAILED
    assert "22012: division by zero" in failed.stdout


def test_a_job_whose_tick_fails_keeps_its_record(mdt, db, dsn, rows):
    db.execute("update sync.cron_jobs set command = 'select 1 / 0'")
    mdt("sync", "tick", dsn=dsn)
    assert rows("select distinct caller, error from sync.cron_runs") == [
        {"caller": "tick", "error": "22012: division by zero"}
    ]


def test_jobs_lists_the_newest_first(mdt, db, seeded):
    mdt("sync", "enqueue", "quote", "OLD", dsn=seeded)
    mdt("sync", "enqueue", "quote", "NEW", dsn=seeded)
    db.execute("select * from sync.get_queue_batch('one', 1)")
    listed = document(mdt("--json", "sync", "jobs", dsn=seeded))
    assert [job["subject"] for job in listed["jobs"]] == ["NEW", "OLD"]
    running = document(mdt("--json", "sync", "jobs", "--state", "running", dsn=seeded))
    assert [job["subject"] for job in running["jobs"]] == ["OLD"]
    assert len(document(mdt("--json", "sync", "jobs", "--limit", "1", dsn=seeded))["jobs"]) == 1


def test_a_provider_is_paused_and_resumed(mdt, seeded, rows):
    query = "select is_paused from sync.providers where name = 'fmp'"
    assert mdt("sync", "pause", "fmp", dsn=seeded).stdout == "paused fmp\n"
    assert rows(query) == [{"is_paused": True}]
    assert mdt("sync", "resume", "fmp", dsn=seeded).stdout == "resumed fmp\n"
    assert rows(query) == [{"is_paused": False}]
    assert mdt("sync", "pause", "acne", dsn=seeded).returncode == FAILED


def test_an_idle_worker_ends_with_nothing_done(mdt, seeded):
    ran = document(mdt("--json", "sync", "worker", "--until-idle", "--name", "one", dsn=seeded))
    assert ran == {"worker": "one", "jobs": {}}


def test_a_database_without_the_toolkit_is_told_apart(mdt, empty_dsn):
    for command in (["sync", "status"], ["sync", "worker", "--once"], ["cron", "list"]):
        ran = mdt(*command, dsn=empty_dsn)
        assert ran.returncode == FAILED
        assert "the toolkit is not installed" in ran.stderr


def test_no_server_is_exit_code_3(mdt):
    ran = mdt("sync", "worker", dsn="postgresql://nobody@127.0.0.1:1/none")
    assert ran.returncode == NO_CONNECTION
    assert "Traceback" not in ran.stderr


def test_installed_under_other_names_everything_works_the_same(mdt, empty_dsn):
    assert mdt("-q", "apply", "--schema-suffix", "_v2", dsn=empty_dsn).returncode == 0
    assert (
        mdt("sync", "seed", "--base-url", "fmp=http://127.0.0.1:1", dsn=empty_dsn).returncode == 0
    )
    assert mdt("sync", "enqueue", "quote", "AAPL", dsn=empty_dsn).stdout == "1\n"
    worked = document(mdt("--json", "sync", "worker", "--once", dsn=empty_dsn))
    assert worked["jobs"] == {"waiting": 1}
    ticked = document(mdt("--json", "sync", "tick", dsn=empty_dsn))
    assert {job["outcome"] for job in ticked["jobs"]} == {"done"}


@pytest.fixture
def pg_cron(cluster):
    """Return the DSN of the database that pg_cron lives in; skip where there is none."""
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        (name,) = connection.execute(
            "select current_setting('cron.database_name', true)"
        ).fetchone()
    if not name:
        pytest.skip("the server of the tests has no pg_cron")
    return cluster.dsn(name)


def scheduled(pg_cron, prefix):
    with psycopg.connect(pg_cron) as connection:
        query = (
            "select jobname::text, schedule, command, database from cron.job where jobname ^@ %s"
        )
        return connection.execute(query, [prefix]).fetchall()


@pytest.mark.superuser
def test_jobs_go_to_the_pg_cron_of_another_database(mdt, db, dsn, pg_cron):
    prefix, database = db.execute("select sync.cron_job_prefix(), current_database()").fetchone()
    declared = db.execute("select count(*) from sync.cron_jobs").fetchone()[0]
    try:
        assert document(mdt("--json", "cron", "install", dsn=dsn)) == {"changed": declared}
        there = {row[0].removeprefix(prefix): row[1:] for row in scheduled(pg_cron, prefix)}
        assert there["queue_stale"] == (
            "* * * * *",
            "select sync.run_cron_job('queue_stale')",
            database,
        )
        assert mdt("cron", "install", dsn=dsn).stdout == "nothing to do\n"
        db.execute("delete from sync.cron_jobs where name = 'queue_stale'")
        db.execute("update sync.cron_jobs set schedule = '1 1 * * *' where name = 'recover_stuck'")
        assert mdt("cron", "install", dsn=dsn).stdout == "changed 2 jobs\n"
        listed = document(mdt("--json", "cron", "list", dsn=dsn))["jobs"]
        assert {job["scheduled"] == job["schedule"] for job in listed} == {True}
        assert len(listed) == len(scheduled(pg_cron, prefix)) == declared - 1
    finally:
        removed = mdt("cron", "remove", dsn=dsn)
    assert removed.stdout == f"removed {declared - 1} jobs\n"
    assert scheduled(pg_cron, prefix) == []


def test_jobs_go_to_the_pg_cron_of_the_same_database(mdt, pg_cron, tmp_path):
    suffix = f"_t{os.getpid()}"
    (tmp_path / "mdt.toml").write_text(f'[schemas]\nsuffix = "{suffix}"\n')
    schema = f"sync{suffix}"

    def call(*arguments):
        return mdt("--json", *arguments, dsn=pg_cron, cwd=tmp_path)

    try:
        applied = call("apply")
        assert applied.returncode == 0, applied.stderr
        with psycopg.connect(pg_cron, autocommit=True) as connection:
            (prefix,) = connection.execute(f"select {schema}.cron_job_prefix()").fetchone()
            (declared,) = connection.execute(f"select count(*) from {schema}.cron_jobs").fetchone()
            drift = f"select problem from {schema}.cron_drift"
            assert connection.execute(drift).fetchall() == [("not installed",)] * declared
            assert document(call("cron", "install")) == {"changed": declared}
            assert connection.execute(drift).fetchall() == []
            connection.execute(
                "select cron.alter_job(jobid, active => false) from cron.job where jobname = %s",
                [f"{prefix}queue_stale"],
            )
            connection.execute(
                "select cron.schedule(%s, '* * * * *', 'select 1')", [f"{prefix}old"]
            )
            assert sorted(connection.execute(drift).fetchall()) == [
                ("not active",),
                ("not declared",),
            ]
            assert document(call("cron", "install")) == {"changed": 2}
            assert connection.execute(drift).fetchall() == []
            assert len(scheduled(pg_cron, prefix)) == declared
            connection.execute(f"select {schema}.forget_cron_job('queue_stale')")
            assert len(scheduled(pg_cron, prefix)) == declared - 1
            assert document(call("cron", "remove")) == {"removed": declared - 1}
            assert scheduled(pg_cron, prefix) == []
            connection.execute(f"select {schema}.purge_runs()")
    finally:
        with contextlib.suppress(AssertionError):
            assert call("rollback", "--all").returncode == 0


def test_without_pg_cron_the_way_around_is_named(db, dsn, monkeypatch):
    # The server of the tests may well have it, so what it says is made up.
    monkeypatch.setattr(cron.db, "scalar", lambda *_: None)
    with (
        pytest.raises(Failure, match="pg_cron is not available") as refused,
        cron.elsewhere(App(dsn), db),
    ):
        pass
    assert "mdt sync tick" in refused.value.hint


def test_without_the_extension_the_way_to_create_it_is_named(db, dsn, monkeypatch):
    # This database stands for the one that pg_cron is to live in; it has no such extension.
    real = cron.db.scalar
    monkeypatch.setattr(
        cron.db,
        "scalar",
        lambda connection, query, *values: (
            connection.info.dbname
            if "cron.database_name" in query
            else real(connection, query, *values)
        ),
    )
    with (
        pytest.raises(Failure, match="pg_cron cannot be used in database") as refused,
        cron.elsewhere(App(dsn), db),
    ):
        pass
    assert "create extension pg_cron" in refused.value.hint


@pytest.mark.usefixtures("quotes")
def test_pace_sets_how_often_a_provider_is_asked(mdt, dsn, rows):
    done = mdt("sync", "pace", "fmp=2.5", "stockx=10", dsn=dsn)
    assert (done.returncode, done.stdout) == (
        0,
        "fmp: at most 2.5 requests a second\nstockx: at most 10 requests a second\n",
    )
    found = rows("select name, requests_per_second::float from sync.providers order by name")
    paces = {row["name"]: row["requests_per_second"] for row in found}
    assert (paces["fmp"], paces["stockx"]) == (2.5, 10)


@pytest.mark.parametrize(
    ("argument", "code", "message"),
    [
        ("fmp", 2, '"fmp" is not PROVIDER=N'),
        ("fmp=fast", 2, '"fmp=fast" is not PROVIDER=N'),
        ("nobody=1", 1, 'provider "nobody" is not registered (MD204)'),
        ("fmp=0", 1, "providers_requests_per_second_is_positive"),
    ],
)
@pytest.mark.usefixtures("quotes")
def test_a_pace_that_is_none_is_refused(mdt, dsn, argument, code, message):
    done = mdt("sync", "pace", argument, dsn=dsn)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
