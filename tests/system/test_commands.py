"""mdt flag: list and set."""

import json

import pytest


@pytest.fixture
def flag(mdt, dsn):
    """Return a function that runs mdt flag against a database of one's own."""
    return lambda *arguments, **more: mdt(*more.pop("before", ()), "flag", *arguments, dsn=dsn)


def test_flags_are_set_and_listed(flag):
    assert flag("list").stdout == ""
    done = flag("set", "read-new", "on", "--percent", "10", "--description", "Read the new table")
    assert (done.returncode, done.stdout, done.stderr) == (0, "read-new is on for 10 %\n", "")
    assert flag("set", "old-import", "off").stdout == "old-import is off\n"
    assert [line.split() for line in flag("list").stdout.splitlines()] == [
        ["old-import", "off"],
        ["read-new", "10", "%", "Read", "the", "new", "table"],
    ]
    flag("set", "read-new", "on")
    [_, listed] = json.loads(flag("list", before=["--json"]).stdout)["flags"]
    assert (listed["flag"], listed["is_enabled"], listed["rollout_percent"]) == (
        "read-new",
        True,
        100,
    )
    assert listed["description"] == "Read the new table"


def test_json_says_what_was_set(flag):
    done = flag("set", "read-new", "on", "--percent", "25", before=["--json"])
    assert json.loads(done.stdout) == {
        "flag": "read-new",
        "is_enabled": True,
        "rollout_percent": 25,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["set"],
        ["set", "read-new"],
        ["set", "read-new", "maybe"],
        ["set", "read-new", "on", "--percent", "101"],
        ["set", "read-new", "on", "--percent", "-1"],
        ["set", "read-new", "on", "--percent", "many"],
        ["unset", "read-new"],
    ],
    ids=" ".join,
)
def test_misuse_is_refused(flag, arguments):
    done = flag(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert "mdt flag" in done.stderr


def test_a_database_without_the_toolkit_is_named(mdt, empty_dsn):
    done = mdt("flag", "list", dsn=empty_dsn)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "mdt apply" in done.stderr
