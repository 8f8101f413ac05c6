"""The regular jobs: schedules, runs and their record, tick, health, and pg_cron."""

import json
from pathlib import Path

import psycopg
import pytest


def declare(db, command, name="test_job", schedule="* * * * *"):
    db.execute(
        "select sync.declare_cron_job(%s, %s, %s, '5 minutes', 'A test.')",
        [name, schedule, command],
    )


@pytest.fixture
def alone(db):
    """Leave no declared job but those of the test."""
    db.execute("delete from sync.cron_jobs")
    return db


def test_a_field_stands_for_numbers(db):
    expected = {
        "*": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        "3": [3],
        "3-5": [3, 4, 5],
        "*/4": [0, 4, 8],
        "2-8/3": [2, 5, 8],
        "1,3-4,9": [1, 3, 4, 9],
        "7/2": [7, 9],
    }
    query = "select sync.cron_field_values(%s, 0, 9)"
    assert {field: db.execute(query, [field]).fetchone()[0] for field in expected} == expected


def test_a_field_that_is_not_understood_is_refused(db):
    for field in ("", "x", "10", "5-3", "*/0", "1-", ",", "1,,2", "-1", "mon", None):
        with pytest.raises(psycopg.Error, match="is not understood") as refused:
            db.execute("select sync.cron_field_values(%s, 0, 9)", [field])
        assert refused.value.sqlstate == "22023"


def test_a_schedule_fired_last_at(db):
    expected = {
        ("* * * * *", "2026-03-01 12:34:56"): "2026-03-01 12:34:00",
        ("*/15 * * * *", "2026-03-01 12:14:59"): "2026-03-01 12:00:00",
        ("17 * * * *", "2026-03-01 00:16:59"): "2026-02-28 23:17:00",
        ("17 * * * *", "2026-03-01 00:17:00"): "2026-03-01 00:17:00",
        ("43 3 * * *", "2026-03-01 03:42:00"): "2026-02-28 03:43:00",
        ("0 0 1 1 *", "2026-03-01 00:00:00"): "2026-01-01 00:00:00",
        ("0 0 29 2 *", "2026-03-01 00:00:00"): "2024-02-29 00:00:00",
        # The first of March is a Sunday.
        ("30 6 * * 1-5", "2026-03-01 12:00:00"): "2026-02-27 06:30:00",
        ("0 6 * * 0", "2026-03-01 12:00:00"): "2026-03-01 06:00:00",
        ("0 6 * * 7", "2026-03-01 12:00:00"): "2026-03-01 06:00:00",
        # The 20th, or a Wednesday.
        ("0 0 20 * 3", "2026-03-01 12:00:00"): "2026-02-25 00:00:00",
        ("0 0 20 * 3", "2026-02-24 12:00:00"): "2026-02-20 00:00:00",
    }
    db.execute("set timezone = 'America/New_York'")
    query = """
        select (sync.last_cron_time(%s, %s::timestamp at time zone 'UTC') at time zone 'UTC')::text
    """
    assert {case: db.execute(query, case).fetchone()[0] for case in expected} == expected


def test_a_schedule_that_is_not_understood_is_refused(db):
    for schedule in ("* * * *", "@daily", "30 seconds", "61 * * * *", "", None):
        with pytest.raises(psycopg.Error) as refused:
            declare(db, "select 1", schedule=schedule)
        assert refused.value.sqlstate == "22023"


def test_a_schedule_that_never_comes_is_refused(db):
    with pytest.raises(psycopg.Error, match="never comes") as refused:
        declare(db, "select 1", schedule="0 0 30 2 *")
    assert refused.value.sqlstate == "22023"


def test_a_name_that_pg_cron_would_cut_off_is_refused(db):
    with pytest.raises(psycopg.Error, match="too long") as refused:
        declare(db, "select 1", name="a_job_with_a_long_name")
    assert refused.value.sqlstate == "22023"


def test_every_declared_job_has_a_file_and_runs(rows):
    folder = Path(__file__).resolve().parents[2] / "sql" / "sync" / "cron"
    ran = rows("select name, outcome from sync.tick()")
    assert ran == [
        {"name": name, "outcome": "done"} for name in sorted(path.stem for path in folder.glob("*"))
    ]


def test_a_run_is_recorded_with_its_result(alone, rows):
    declare(alone, "select 6 * 7")
    assert rows("select * from sync.run_cron_job('test_job', 'somebody')") == [
        {"outcome": "done", "detail": "42"}
    ]
    assert rows(
        "select job_name, caller, result, error, finished_at >= started_at as has_ended "
        "from sync.cron_runs"
    ) == [
        {
            "job_name": "test_job",
            "caller": "somebody",
            "result": "42",
            "error": None,
            "has_ended": True,
        }
    ]


def test_a_failed_run_is_recorded_with_its_code_and_undone(alone, rows):
    declare(alone, "select 1 / sync.enqueue('no-such-type', array['a'])")
    error = 'MD201: data type "no-such-type" is not registered'
    notices = []
    alone.add_notice_handler(lambda notice: notices.append((notice.sqlstate, notice.severity)))
    assert rows("select * from sync.run_cron_job('test_job')") == [
        {"outcome": "failed", "detail": error}
    ]
    assert rows("select caller, result, error from sync.cron_runs") == [
        {"caller": "pg_cron", "result": None, "error": error}
    ]
    assert notices == [("MD201", "WARNING")]


def test_two_runs_of_one_job_are_never_under_way_together(alone, rows, dsn):
    declare(alone, "select 1")
    with psycopg.connect(dsn) as other:
        other.execute("select sync.run_cron_job('test_job')")
        assert rows("select * from sync.run_cron_job('test_job')") == [
            {"outcome": "skipped", "detail": "another run of it is under way"}
        ]
    assert rows("select outcome from sync.run_cron_job('test_job')") == [{"outcome": "done"}]
    assert rows("select count(*) from sync.cron_runs") == [{"count": 2}]


def test_a_job_that_is_not_declared_is_refused(db):
    with pytest.raises(psycopg.Error, match='"nothing" is not declared') as refused:
        db.execute("select sync.run_cron_job('nothing')")
    assert refused.value.sqlstate == "MD206"


def test_tick_runs_what_has_not_begun_since_its_schedule_fired(alone, rows):
    declare(alone, "select 1", name="minutely")
    declare(alone, "select 2", name="daily", schedule="43 3 * * *")
    tick = "select name, outcome from sync.tick('tick', now() + %s::interval)"
    both = [{"name": "daily", "outcome": "done"}, {"name": "minutely", "outcome": "done"}]
    assert rows(tick, "0") == both
    # What ran now has begun before the schedule fires next: a minute, or a day, from now.
    assert rows(tick, "0") == []
    assert rows(tick, "1 minute") == [{"name": "minutely", "outcome": "done"}]
    alone.execute("update sync.cron_runs set started_at = started_at - interval '1 day'")
    assert rows(tick, "0") == both


def test_one_missed_day_is_caught_up_with_one_run(alone, rows):
    declare(alone, "select 1")
    alone.execute("select sync.run_cron_job('test_job')")
    alone.execute("update sync.cron_runs set started_at = started_at - interval '1 day'")
    assert len(rows("select * from sync.tick()")) == 1
    assert rows("select * from sync.tick()") == []


def test_ten_ticks_at_once_run_a_job_once(alone, in_parallel, rows):
    declare(alone, "select 1")
    in_parallel(
        10, lambda connection, _: connection.execute("select * from sync.tick()").fetchall()
    )
    assert rows("select count(*) from sync.cron_runs") == [{"count": 1}]


def test_a_failing_job_does_not_stop_the_others(alone, rows):
    declare(alone, "select 1 / 0", name="a_first")
    declare(alone, "select 1", name="b_second")
    assert rows("select name, outcome from sync.tick()") == [
        {"name": "a_first", "outcome": "failed"},
        {"name": "b_second", "outcome": "done"},
    ]


def test_forgetting_removes_a_job_and_its_runs(alone, rows):
    declare(alone, "select 1")
    alone.execute("select sync.run_cron_job('test_job')")
    alone.execute("select sync.forget_cron_job('test_job'), sync.forget_cron_job('never was')")
    assert (
        rows("select name from sync.cron_jobs union all select job_name from sync.cron_runs") == []
    )


def test_a_job_that_fails_or_does_not_run_is_silent(alone, rows):
    declare(alone, "select 1")
    health = "select is_silent, last_error, last_success_at is null as is_new from sync.cron_health"
    assert rows(health) == [{"is_silent": True, "last_error": None, "is_new": True}]
    alone.execute("select sync.run_cron_job('test_job')")
    assert rows(health) == [{"is_silent": False, "last_error": None, "is_new": False}]
    alone.execute(
        "update sync.cron_runs set started_at = started_at - interval '6 minutes', "
        "finished_at = finished_at - interval '6 minutes'"
    )
    declare(alone, "select 1 / 0")
    alone.execute("select sync.run_cron_job('test_job')")
    assert rows(health) == [
        {"is_silent": True, "last_error": "22012: division by zero", "is_new": False}
    ]


def installed(name="test_job", schedule="* * * * *", is_active=True, command=None):
    command = command or f"select sync.run_cron_job('{name}')"
    return {"job_name": name, "schedule": schedule, "command": command, "is_active": is_active}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"schedule": "1 * * * *"}, "another schedule"),
        ({"command": "select 1"}, "another command"),
        ({"is_active": False}, "not active"),
    ],
)
def test_what_pg_cron_holds_is_compared_with_what_is_declared(alone, rows, change, problem):
    declare(alone, "select 1")
    prefix = alone.execute("select sync.cron_job_prefix()").fetchone()[0]
    found = json.dumps([installed(**change) | {"job_name": f"{prefix}test_job"}])
    drift = rows("select job_name, problem from sync.compare_cron_jobs(%s)", found)
    assert drift == ([{"job_name": f"{prefix}test_job", "problem": problem}] if problem else [])


def test_missing_and_superfluous_jobs_are_a_difference(alone, rows):
    declare(alone, "select 1")
    prefix = alone.execute("select sync.cron_job_prefix()").fetchone()[0]
    drift = rows(
        "select job_name, problem, schedule from sync.compare_cron_jobs(%s)",
        json.dumps([installed("old")]),
    )
    assert drift == [
        {"job_name": f"{prefix}test_job", "problem": "not installed", "schedule": "* * * * *"},
        {"job_name": "old", "problem": "not declared", "schedule": None},
    ]


def test_the_names_in_pg_cron_fit_and_say_whose_they_are(db):
    prefix, database = db.execute("select sync.cron_job_prefix(), current_database()").fetchone()
    assert prefix == f"mdt:{database}:sync:" or (
        len(prefix) == 17 and len(f"mdt:{database}:sync:") > 42
    )


@pytest.mark.parametrize("function", ["install_cron_jobs", "remove_cron_jobs"])
def test_without_pg_cron_in_this_database_the_way_around_is_named(db, function, rows):
    assert rows("select sync.has_pg_cron() as has_it") == [{"has_it": False}]
    with pytest.raises(psycopg.Error, match="pg_cron is not in database") as refused:
        db.execute(f"select sync.{function}()")
    assert refused.value.sqlstate == "MD207"
    assert "mdt sync tick" in refused.value.diag.message_hint
    assert rows("select * from sync.cron_drift") == []
