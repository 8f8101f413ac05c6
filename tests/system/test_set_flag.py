"""system.set_flag: flags are set, and that they were is logged."""

import psycopg
import pytest


def flags(db):
    return db.execute(
        "select flag, is_enabled, rollout_percent, description, updated_by"
        " from system.feature_flags order by flag"
    ).fetchall()


def test_a_flag_is_defined_and_changed(db):
    [user] = db.execute("select current_user").fetchone()
    db.execute("select system.set_flag('move', true, 10, 'Read the new table')")
    assert flags(db) == [("move", True, 10, "Read the new table", user)]
    db.execute("select system.set_flag('move', false)")
    assert flags(db) == [("move", False, 100, "Read the new table", user)]
    db.execute("select system.set_flag('move', true, 50, 'Another text')")
    assert flags(db) == [("move", True, 50, "Another text", user)]


def test_a_new_flag_needs_no_description(db):
    db.execute("select system.set_flag('move', true)")
    assert flags(db)[0][3] == ""


def test_each_change_is_logged(db):
    db.execute("select system.set_flag('move', true, 10)")
    db.execute("select system.set_flag('move', false)")
    assert db.execute(
        "select level, component, message, details from system.logs order by details ->>"
        " 'rollout_percent'"
    ).fetchall() == [
        ("info", "flags", "flag move was set", {"is_enabled": True, "rollout_percent": 10}),
        ("info", "flags", "flag move was set", {"is_enabled": False, "rollout_percent": 100}),
    ]


@pytest.mark.parametrize(
    ("arguments", "sqlstate"),
    [
        (["move", True, 101], "23514"),
        (["move", True, -1], "23514"),
        (["move", True, None], "23502"),
        (["move", None, 10], "23502"),
        ([None, True, 10], "23502"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_logged(db, arguments, sqlstate):
    with pytest.raises(psycopg.Error) as refused, db.transaction():
        db.execute("select system.set_flag(%s, %s, %s)", arguments)
    assert refused.value.sqlstate == sqlstate
    assert flags(db) == []
    assert db.execute("select count(*) from system.logs").fetchone() == (0,)
