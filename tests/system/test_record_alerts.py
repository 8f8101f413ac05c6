"""system.record_alerts: one alert from when something is wrong until it is over."""

import json
from concurrent.futures import ThreadPoolExecutor

import psycopg

# A change that could not be captured, and the same a day later.
WRONG = """
    insert into system.logs (component, level, message, details)
    values ('capture', 'error', 'shop.items', '{"message": "no such size"}')
"""
OVER = "update system.logs set logged_at = logged_at - interval '25 hours'"


def record(connection):
    return connection.execute("select system.record_alerts()").fetchone()[0]


def alerts(connection, source="HLT101"):
    return connection.execute(
        "select subject, severity, message, sightings, resolved_at is null"
        " from system.alerts where source = %s order by id",
        [source],
    ).fetchall()


def quiet(connection):
    """Resolve what is wrong with an installation that nothing works on yet."""
    record(connection)
    connection.execute("update system.alerts set resolved_at = clock_timestamp()")


def test_an_alert_is_opened_counted_resolved_and_opened_anew(db):
    quiet(db)
    db.execute(WRONG)
    for sightings in (1, 2, 3):
        record(db)
        message = "1 times, last: no such size"
        assert alerts(db) == [("shop.items", "error", message, sightings, True)]
    db.execute(OVER)
    record(db)
    assert [open_ for *_, open_ in alerts(db)] == [False]
    db.execute(WRONG)
    record(db)
    assert [(seen, open_) for *_, seen, open_ in alerts(db)] == [(3, False), (1, True)]


def test_what_somebody_else_has_written_stays(db):
    db.execute(
        "insert into system.alerts (source, subject, severity, message)"
        " values ('backup', 'nightly', 'error', 'it failed')"
    )
    record(db)
    assert alerts(db, "backup") == [("nightly", "error", "it failed", 1, True)]


def test_who_listens_is_told_once_of_each(live, dsn):
    quiet(live)
    with psycopg.connect(dsn, autocommit=True) as listener:
        listener.execute("listen mdt_alerts")
        for statement in (WRONG, "", OVER, ""):
            live.execute(statement)
            record(live)
        told = [
            json.loads(notice.payload) for notice in listener.notifies(timeout=0.5, stop_after=None)
        ]
    assert [
        (one["state"], one["source"], one["subject"]) for one in told if one["source"] == "HLT101"
    ] == [("opened", "HLT101", "shop.items"), ("resolved", "HLT101", "shop.items")]
    assert {"id", "severity", "message"} < told[0].keys()


def test_two_at_once_open_one_alert(live, dsn):
    live.execute(WRONG)

    def run(_):
        with psycopg.connect(dsn, autocommit=True) as connection:
            return record(connection)

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(run, range(16)))
    assert [seen for *_, seen, _ in alerts(live)] == [16]
    assert max(opened) >= 1


def test_the_health_checks_show_the_same(db):
    db.execute(WRONG)
    record(db)
    assert db.execute(
        "select alert.subject, alert.message from system.alerts as alert"
        " where alert.resolved_at is null and starts_with(alert.source, 'HLT')"
        " except select alarm.subject, alarm.message from system.alarms as alarm"
    ).fetchall() == [] and alerts(db)
