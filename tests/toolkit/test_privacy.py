"""mdt privacy, as a user calls it."""

import json

import psycopg
import pytest

from toolkit.errors import FAILED, MISUSED

ANNA = "anna.schmidt@example.com"


@pytest.fixture
def live(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "insert into auth.users (email, full_name) values"
            f" ('{ANNA}', 'Anna Schmidt'), ('bert@example.com', 'Bert');"
            "insert into system.logs (level, component, message)"
            f" values ('info', 'test', 'mail to {ANNA}')"
        )
        yield connection


def document(ran, code=0):
    """Return the JSON document of a call that ended with this exit code."""
    assert ran.returncode == code, ran.stderr
    return json.loads(ran.stdout)


def test_a_person_is_handed_out_forgotten_and_not_found_again(mdt, dsn, live, tmp_path):
    live.execute(f"create table public.legacy (mail text); insert into legacy values ('{ANNA}')")
    out = tmp_path / "anna.json"
    assert mdt("privacy", "export", ANNA.upper(), "--out", out, dsn=dsn).returncode == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert json.loads(out.read_text())["tables"]["auth.users"][0]["full_name"] == "Anna Schmidt"

    found = document(mdt("--json", "privacy", "verify", ANNA, dsn=dsn), FAILED)
    assert {row["relation_name"] for row in found["found"]} >= {
        "auth.users",
        "system.logs",
        "public.legacy",
    }
    planned = document(mdt("--json", "privacy", "forget", ANNA, "--dry-run", dsn=dsn))
    assert live.execute("select message from system.logs").fetchone() == (f"mail to {ANNA}",)

    done = document(mdt("--json", "privacy", "forget", ANNA, dsn=dsn), FAILED)
    assert done["steps"] == planned["steps"]
    assert done["left"] == [{"relation_name": "legacy", "column_name": "mail", "rows": 1}] or (
        done["left"] == [{"relation_name": "public.legacy", "column_name": "mail", "rows": 1}]
    )
    assert live.execute("select message from system.logs").fetchone() == ("mail to [erased]",)
    live.execute("drop table legacy")
    looked = mdt("privacy", "verify", "--stdin", dsn=dsn, stdin=f"{ANNA}\nAnna Schmidt\n")
    assert (looked.returncode, looked.stdout) == (0, "none of 2 values stands anywhere\n")

    gone = mdt("privacy", "forget", ANNA, dsn=dsn)
    assert gone.returncode == FAILED
    assert gone.stderr.startswith(f'Error: auth.users has no row "{ANNA}" (MD502)\n')
    assert mdt("privacy", "verify", dsn=dsn).returncode == MISUSED


def test_a_request_due_at_no_time_is_refused(mdt, dsn, live):
    refused = mdt("privacy", "request", ANNA, "--due", "soon", dsn=dsn)
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[0] == 'Error: --due: "soon" is no time from now'


def test_a_request_is_done_when_it_is_due(mdt, dsn, live):
    for due in ("30 days", "0 days"):
        taken = document(mdt("--json", "privacy", "request", ANNA, "--due", due, dsn=dsn))
        assert taken["kind"] == "anonymize"
    assert document(mdt("--json", "privacy", "requests", "--process", dsn=dsn))["done"] == 0
    live.execute("update auth.deletion_requests set due_at = requested_at")
    planned = document(mdt("--json", "privacy", "requests", "--process", "--dry-run", dsn=dsn))
    [steps] = planned["steps"].values()
    assert {"relation_name": "system.logs", "action": "replace_mentions", "rows": 1} in steps
    done = document(mdt("--json", "privacy", "requests", "--process", dsn=dsn))
    assert (done["done"], done["waiting"]) == (1, [])
    assert live.execute("select full_name from auth.users order by full_name").fetchall() == [
        ("Bert",),
        (None,),
    ]
    shown = document(mdt("--json", "privacy", "status", dsn=dsn))
    assert shown["gaps"] == []
    assert shown["requests"][0]["done"] == 1
    assert shown["erasures"][0]["mode"] == "anonymize"
    listed = document(mdt("--json", "privacy", "columns", "auth.users", dsn=dsn))["columns"]
    assert {row["column_name"]: row["class"] for row in listed}["email"] == "identifier"


def test_retention_removes_what_is_due_and_says_how_much(mdt, dsn, live):
    live.execute(
        "insert into system.alerts (source, subject, severity, message, opened_at, seen_at,"
        " resolved_at) select 't', 's' || n, 'warning', 'm', now() - interval '2 years',"
        " now() - interval '2 years', now() - interval '2 years' from generate_series(1, 7) as n"
    )
    planned = document(mdt("--json", "privacy", "retention", "--dry-run", dsn=dsn))
    due = {row["policy"]: row["due_rows"] for row in planned["policies"]}
    assert due["resolved_alerts"] == 7
    done = document(mdt("--json", "privacy", "retention", "resolved_alerts", dsn=dsn))
    assert done["policies"] == [
        {
            "policy": "resolved_alerts",
            "removed_rows": 7,
            "removed_partitions": 0,
            "left_rows": 0,
            "error": None,
        }
    ]
    assert live.execute("select count(*) from system.alerts").fetchone() == (0,)
    assert mdt("privacy", "retention", "nothing", dsn=dsn).returncode == FAILED


def test_whom_a_backup_brings_back_is_forgotten_again(mdt, dsn, live, tmp_path):
    assert mdt("privacy", "forget", ANNA, "--no-vacuum", dsn=dsn).returncode == 0
    ledger = tmp_path / "ledger.json"
    assert mdt("privacy", "ledger", "--out", ledger, dsn=dsn).returncode == 0
    [entry] = json.loads(ledger.read_text())
    assert ANNA not in ledger.read_text()
    live.execute(
        """
        alter table system.erasures disable trigger user;
        alter table system.erasure_steps disable trigger user;
        delete from system.erasure_steps;
        delete from system.erasures;
        update auth.users set full_name = 'Anna Schmidt' where full_name is null;
        """
    )
    planned = document(mdt("--json", "privacy", "replay", ledger, "--dry-run", dsn=dsn))
    assert (planned["imported"], len(planned["replayed"])) == (1, 1)
    done = document(mdt("--json", "privacy", "replay", dsn=dsn))
    assert [row["mode"] for row in done["replayed"]] == [entry["mode"]]
    assert document(mdt("--json", "privacy", "replay", ledger, dsn=dsn)) == {
        "imported": 0,
        "dry_run": False,
        "replayed": [],
    }
    assert live.execute("select count(*) from auth.users where full_name ~ 'Anna'").fetchone() == (
        0,
    )
    for text in ("no json", "{}", "[{}]"):
        ledger.write_text(text)
        refused = mdt("privacy", "replay", ledger, dsn=dsn)
        assert refused.returncode == FAILED
        assert f"{ledger} is no ledger" in refused.stderr


def test_it_works_under_other_names(mdt, empty_dsn):
    assert mdt("apply", "--schema-suffix", "_v2", dsn=empty_dsn).returncode == 0
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute(f"insert into auth_v2.users (email) values ('{ANNA}')")
        connection.execute(
            "insert into integration_v2.raw_snapshots (provider, payload_kind, observed_at,"
            f" payload) values ('p', 'k', now(), '[\"{ANNA}\"]')"
        )
        steps = document(mdt("--json", "privacy", "forget", ANNA, dsn=empty_dsn))["steps"]
        assert {step["relation_name"] for step in steps} == {
            "auth_v2.users",
            "integration_v2.raw_snapshots",
            "system_v2.auth_users_history",
        }
        assert connection.execute(
            "select payload from integration_v2.raw_snapshots"
        ).fetchone() == (["[erased]"],)
    assert document(mdt("--json", "privacy", "status", dsn=empty_dsn))["gaps"] == []
