"""Secrets are encrypted outside the database, and their keys rotate whatever happens meanwhile."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from toolkit import keys
from toolkit.errors import Failure
from toolkit.installed import Installed
from toolkit.project import Project, files_root

ROOT = files_root()
OLD, NEW = keys.new_key(), keys.new_key()
VALUE = "sk_live_of_the_shop"
Db = psycopg.Connection[tuple[Any, ...]]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(mdt: Any, dsn: str) -> Run:
    """Return a function that runs mdt keys with some keys: run("status", keys=[NEW, OLD])."""

    def call(*words: str, keys: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        env = {"MDT_ENCRYPTION_KEYS": ",".join(keys)}
        done: subprocess.CompletedProcess[str] = mdt(*words, dsn=dsn, env=env, **options)
        for text in (OLD, NEW, VALUE):
            assert text not in done.stdout + done.stderr
        return done

    return call


def fill(db: Db, rows: int, key: str = OLD) -> None:
    """Write accounts of a supplier, each with two secrets of its own, encrypted with a key."""
    ring = keys.Keyring([key])
    db.execute("select system.register_key(%s)", [ring.primary_id])
    db.execute(
        "insert into core.suppliers (name, slug, supplier_type, encrypted_api_key, key_id)"
        " values ('Shop', 'shop', 'shop', %s, %s)",
        [ring.encrypt(VALUE), ring.primary_id],
    )
    with db.cursor() as cursor:
        cursor.executemany(
            "insert into core.supplier_accounts"
            " (supplier_id, email, encrypted_password, encrypted_proxy, key_id)"
            " select id, %s, %s, %s, %s from core.suppliers",
            [
                (f"{n}@example.com", ring.encrypt(f"password {n}"), proxy, ring.primary_id)
                for n in range(rows)
                for proxy in [ring.encrypt(f"proxy {n}") if n % 2 else None]
            ],
        )


def check(db: Db, key: str, rows: int) -> None:
    """Assert that every secret is what it was, and encrypted with one key alone."""
    ring = keys.Keyring([key])
    found = db.execute(
        "select email, encrypted_password, encrypted_proxy, key_id from core.supplier_accounts"
    ).fetchall()
    assert len(found) == rows
    for email, password, proxy, key_id in found:
        number = int(email.split("@")[0])
        assert key_id == ring.primary_id
        assert ring.decrypt(password) == f"password {number}"
        assert (proxy and ring.decrypt(proxy)) == (f"proxy {number}" if number % 2 else None)
    row = db.execute("select encrypted_api_key from core.suppliers").fetchone()
    assert row
    assert ring.decrypt(row[0]) == VALUE


def test_a_secret_under_a_name_that_is_none_is_refused_without_a_word_of_it(run: Run) -> None:
    refused = run("keys", "set", "bad name!", keys=[OLD], stdin=VALUE + "\n")
    assert refused.returncode == 1
    assert refused.stderr.startswith('Error: a setting cannot be called "bad name!"')
    assert "Failing row" not in refused.stderr


def test_a_secret_is_set_rotated_and_its_old_key_retired(run: Run, db: Db) -> None:
    done = run("keys", "set", "stockx_api_key", keys=[OLD], stdin=VALUE + "\n")
    assert done.returncode == 0, done.stderr
    old, new = keys.key_id(OLD), keys.key_id(NEW)
    status = json.loads(run("--json", "keys", "status", keys=[NEW, OLD]).stdout)
    assert [(row["key_id"], row["rows"]) for row in status["keys"]] == [(new, 0), (old, 1)]
    refused = run("keys", "retire", old, keys=[NEW, OLD])
    assert refused.returncode == 1
    assert "is needed by 1 rows" in refused.stderr
    assert "1 rows rotated" in run("keys", "rotate", keys=[NEW, OLD]).stdout
    assert "0 rows rotated" in run("keys", "rotate", keys=[NEW, OLD]).stdout
    assert run("keys", "retire", new, keys=[NEW, OLD]).returncode == 2
    assert run("keys", "retire", old, keys=[NEW, OLD]).returncode == 0
    assert "no key" in run("keys", "retire", old, keys=[NEW, OLD]).stderr
    assert run("keys", "status", keys=[NEW]).returncode == 0
    row = db.execute("select encrypted_value, value from system.config").fetchone()
    assert row
    assert keys.Keyring([NEW]).decrypt(row[0]) == VALUE
    assert row[1] is None


def test_what_was_encrypted_with_a_retired_key_can_no_longer_be_written(db: Db) -> None:
    fill(db, 1)
    with pytest.raises(psycopg.errors.ForeignKeyViolation), db.transaction():
        db.execute("select system.retire_key(%s)", [keys.key_id(OLD)])
    db.execute("delete from core.suppliers")
    assert db.execute("select system.retire_key(%s)", [keys.key_id(OLD)]).fetchone() == (True,)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        db.execute(
            "insert into system.config (key, encrypted_value, key_id) values ('a', 'b', %s)",
            [keys.key_id(OLD)],
        )


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_rotation_loses_nothing_and_the_next_run_completes_it(
    run: Run, db: Db, dsn: str, kill: signal.Signals
) -> None:
    fill(db, 300)
    env = dict(os.environ) | {
        "MDT_DSN": dsn,
        "MDT_ENCRYPTION_KEYS": f"{NEW} {OLD}",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "toolkit", "keys", "rotate", "--batch", "1"]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.PIPE)
    count = "select count(*) from core.supplier_accounts where key_id = %s"
    while process.poll() is None:
        if db.execute(count, [keys.key_id(NEW)]).fetchone() > (20,):
            process.send_signal(kill)
            break
    process.communicate()
    rotated = db.execute(count, [keys.key_id(NEW)]).fetchone()
    assert rotated
    assert 20 < rotated[0] < 300, "it was killed in the middle"
    assert run("keys", "rotate", keys=[NEW, OLD]).returncode == 0
    check(db, NEW, 300)


def test_two_rotations_at_once_share_the_work(db: Db, dsn: str) -> None:
    fill(db, 200)
    env = dict(os.environ) | {
        "MDT_DSN": dsn,
        "MDT_ENCRYPTION_KEYS": f"{NEW},{OLD}",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "toolkit", "--json", "keys", "rotate", "--batch", "7"]
    both = [
        subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    done = [json.loads(process.communicate()[0])["rotated"] for process in both]
    assert sum(done) == 201
    check(db, NEW, 200)


def test_a_missing_key_is_named_before_anything_is_touched(run: Run, db: Db) -> None:
    fill(db, 2)
    before = db.execute("select * from core.supplier_accounts order by id").fetchall()
    refused = run("keys", "rotate", keys=[NEW])
    assert refused.returncode == 1
    assert keys.key_id(OLD) in refused.stderr.splitlines()[0]
    assert run("keys", "status", keys=[NEW]).returncode == 1
    assert db.execute("select * from core.supplier_accounts order by id").fetchall() == before


def test_a_broken_secret_stops_the_rotation_and_is_named_without_its_value(
    run: Run, db: Db
) -> None:
    fill(db, 1)
    db.execute("update core.suppliers set encrypted_api_key = 'gAAAAbroken'")
    refused = run("keys", "rotate", keys=[NEW, OLD])
    assert refused.returncode == 1
    assert "a secret in core.suppliers cannot be decrypted" in refused.stderr
    assert "gAAAAbroken" not in refused.stderr


@pytest.mark.parametrize(
    ("value", "message"),
    [("", "MDT_ENCRYPTION_KEYS is not set"), (" , ", "is not set"), ("hunter2", "no key")],
)
def test_keys_that_are_none_are_misuse_and_not_shown(mdt, value: str, message: str) -> None:
    with pytest.raises(Failure, match=message) as refused:
        keys.Keyring.of_environment({"MDT_ENCRYPTION_KEYS": value})
    assert refused.value.exit_code == 2
    assert "hunter2" not in str(refused.value.lines())


def test_a_new_key_is_printed_alone(mdt) -> None:
    done = mdt("keys", "new")
    assert keys.Keyring([done.stdout.strip()]).primary_id
    assert done.stdout.count("\n") == 1


def test_no_trail_keeps_a_secret_or_what_it_was(db: Db) -> None:
    fill(db, 1)
    db.execute("update core.suppliers set encrypted_api_key = 'other'")
    db.execute("update core.supplier_accounts set encrypted_password = 'other'")
    columns = db.execute(
        "select count(*) from pg_attribute inner join system.audited_tables on attrelid = history"
        " where system.is_secret(attname)"
    ).fetchone()
    assert columns == (0,)
    rows = db.execute("select l::text from system.audit_log as l").fetchall()
    assert len(rows) >= 4
    assert not any("gAAAA" in row[0] for row in rows)


def test_the_worker_finds_the_secrets_of_its_providers(db: Db, dsn: str, monkeypatch) -> None:
    ring = keys.Keyring([OLD])
    db.execute(
        "select system.set_secret('fmp.api-key', %s, %s)", [ring.encrypt(VALUE), ring.primary_id]
    )
    monkeypatch.setenv("MDT_ENCRYPTION_KEYS", OLD)
    installed = Installed(db, Project(Path("/nonexistent")))
    installed.project.schema_map = {name: name for name in ("system",)}
    assert keys.stored_secrets(installed) == {"FMP_API_KEY": VALUE}
    from toolkit.worker import Settings, with_secrets

    assert with_secrets("{secret:fmp_api_key}", {"FMP_API_KEY": VALUE}) == VALUE
    assert VALUE not in repr(Settings("w", secrets={"FMP_API_KEY": VALUE}))


@pytest.mark.parametrize(
    "number",
    ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"],
)
def test_a_card_number_is_refused_wherever_a_payment_is_described(
    rolled_back: Db, number: str
) -> None:
    rolled_back.execute(
        "insert into core.suppliers (name, slug, supplier_type) values ('Shop', 'shop', 'shop')"
    )
    insert = (
        "insert into core.supplier_accounts (supplier_id, email, payment_method_token, notes)"
        " select id, 'a@example.com', %s, %s from core.suppliers"
    )
    for values in ((number, None), (None, f"card {number}, exp 12/29")):
        with (
            pytest.raises(psycopg.errors.CheckViolation, match="card_number"),
            rolled_back.transaction(),
        ):
            rolled_back.execute(insert, values)
    rolled_back.execute(insert, ("pm_1234567890", "EAN 4006381333931, last four 1111"))
