"""Rollback: to any point, only where it can be done, and with a dump of what would be lost."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from toolkit import backup, local
from toolkit import db as connections
from toolkit.errors import Failure
from toolkit.losses import find_losses
from toolkit.servers import choose_server


@pytest.fixture
def applied(root, empty_dsn):
    """Apply three migrations of tables; the second is filled."""
    for number in (3, 4, 5):
        name = f"000{number}_t{number}"
        root.migration(
            name, f"create table core.t{number} (id int);", f"drop table core.t{number};"
        )
    root.apply(empty_dsn)
    execute(empty_dsn, "insert into core.t4 select generate_series(1, 1000)")
    return empty_dsn


@pytest.fixture
def there(mdt_there, applied):
    """Return `mdt`, working with the files of `root` on the database of `applied`."""
    return lambda *arguments, **options: mdt_there(*arguments, dsn=applied, **options)


def execute(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


def query(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(statement).fetchall()


def tables(dsn):
    found = query(dsn, "select tablename::text from pg_tables where schemaname = 'core' order by 1")
    return [name for (name,) in found]


def restore(dsn, folder, *options):
    with psycopg.connect(dsn) as connection:
        server = choose_server(connection.info.server_version // 10000)
    command = [server.program("pg_restore"), *options, f"--dbname={dsn}", folder / "tables.dump"]
    subprocess.run(command, check=True)


def folders(place):
    return sorted(path.name for path in place.iterdir()) if place.exists() else []


# -- which ones --------------------------------------------------------------------------------


def test_keep_names_the_newest_that_stays_and_to_the_oldest_that_goes(applied, there):
    assert there("rollback", "--keep", "0004_t4").returncode == 0
    assert tables(applied) == ["t3", "t4"]
    assert there("rollback", "--keep", "0004_t4").stdout == "nothing to do\n"
    assert there("rollback", "--to", "0004_t4", "--backup-confirmed").returncode == 0
    assert tables(applied) == ["t3"]
    for words in (["--keep", "0003_t3", "--to", "0003_t3"], ["--keep", "0003_t3", "--all"]):
        assert there("rollback", *words).returncode == 2
    refused = there("rollback", "--keep", "0009_gone")
    assert 'migration "0009_gone" is not applied' in refused.stderr


def test_an_irreversible_migration_refuses_before_anything_is_touched(root, applied, there, dump):
    root.migration(
        "0006_anonymised",
        "update core.t4 set id = 0;",
        "-- irreversible: the names were deleted for good",
    )
    root.migration("0007_t7", "create table core.t7 ();", "drop table core.t7;")
    assert there("apply").returncode == 0
    before = dump(applied)
    for words in (["--to", "0005_t5"], ["--all"], ["--to", "0006_anonymised", "--dry-run"]):
        refused = there("rollback", *words, "--backup-confirmed")
        assert refused.returncode == 1
        assert refused.stderr.splitlines() == [
            "Error: this cannot be taken back: 0006_anonymised",
            "0006_anonymised: the names were deleted for good",
            "Stop above it with 'mdt rollback --keep 0006_anonymised', or go on with a new "
            "migration that corrects it.",
        ]
    assert dump(applied) == before
    assert there("rollback", "--keep", "0006_anonymised").returncode == 0


def test_irreversible_without_a_reason_is_refused(root, applied, there):
    root.migration("0006_x", "select 1;", "-- irreversible:")
    root.apply(applied)
    refused = there("rollback")
    assert "says irreversible, and not why" in refused.stderr


# -- dry run -----------------------------------------------------------------------------------


def test_a_dry_run_prints_the_sql_and_the_losses_and_does_nothing(root, applied, there, dump):
    before = dump(applied)
    shown = there("rollback", "--to", "0003_t3", "--dry-run")
    assert shown.returncode == 0
    assert re.sub(r"\d+ kB", "N kB", shown.stdout) == (
        "-- migrations/0005_t5.rollback.sql\ndrop table core.t5;\n\n"
        "-- migrations/0004_t4.rollback.sql\ndrop table core.t4;\n\n"
        "-- migrations/0003_t3.rollback.sql\ndrop table core.t3;\n\n"
        "-- lost: core.t4: 1000 rows, N kB (migrations/0004_t4.rollback.sql:1 drop table core.t4)\n"
    )
    document = json.loads(there("--json", "rollback", "--all", "--dry-run").stdout)
    assert [loss["table"] for loss in document["losses"]] == ["core.t4"]
    assert document["would_roll_back"][0] == "0005_t5"
    assert dump(applied) == before
    assert "-- no rows are lost" in there("rollback", "--dry-run").stdout


# -- backup ------------------------------------------------------------------------------------


def test_rows_are_not_destroyed_without_a_dump_or_a_word(applied, there, dump):
    before = dump(applied)
    refused = there("rollback", "--to", "0004_t4")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[0] == "Error: this destroys rows of core.t4"
    assert "core.t4: 1000 rows, " in refused.stderr
    assert "--backup-dir FOLDER" in refused.stderr
    assert dump(applied) == before
    assert there("rollback").returncode == 0  # the last table is empty
    assert there("rollback", "--backup-confirmed").returncode == 0


def test_the_dump_has_a_manifest_and_brings_the_rows_back(applied, there, tmp_path):
    place = tmp_path / "backups"
    done = there("--json", "rollback", "--to", "0004_t4", "--backup-dir", str(place))
    assert done.returncode == 0, done.stderr
    folder = Path(json.loads(done.stdout)["backup"])
    assert folders(place) == [folder.name]
    assert folder.stat().st_mode & 0o077 == 0
    manifest = json.loads((folder / "manifest.json").read_text())
    content = (folder / "tables.dump").read_bytes()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["bytes"] == len(content)
    [table] = manifest["tables"]
    assert (table["table"], table["rows"]) == ("core.t4", 1000)
    assert table["because"] == ["migrations/0004_t4.rollback.sql:1 drop table core.t4"]
    assert len(manifest["restore"]) == 3
    restore(applied, folder, "--single-transaction")
    assert query(applied, "select count(*), sum(id) from core.t4") == [(1000, 500500)]
    execute(applied, "drop table core.t4")
    assert there("apply").returncode == 0
    restore(applied, folder, "--single-transaction", "--data-only")
    assert query(applied, "select count(*), sum(id) from core.t4") == [(1000, 500500)]


def test_apply_dumps_what_a_migration_drops_into_the_folder_of_mdt_toml(root, applied, there):
    root.migration("0006_drop", "alter table core.t4 drop column id;", "select 1;")
    refused = there("apply")
    assert refused.returncode == 1
    assert "this destroys rows of core.t4" in refused.stderr
    assert query(applied, "select count(id) from core.t4") == [(1000,)]
    root.write("mdt.toml", '[backup]\nfolder = "saved"\n')
    done = there("apply")
    assert done.returncode == 0, done.stderr
    assert "dumped 1 tables with 1000 rows to " in done.stderr
    [folder] = (root.folder / "saved").iterdir()
    assert json.loads((folder / "manifest.json").read_text())["purpose"] == "apply"
    execute(applied, "alter table core.t4 rename to changed")
    restore(applied, folder)
    assert query(applied, "select sum(id) from core.t4") == [(500500,)]


def test_a_table_with_partitions_odd_names_and_keys_is_dumped_whole(root, empty_dsn, tmp_path):
    root.migration(
        "0003_odd",
        'create table core."Odd ""t""" (id int primary key, at date) partition by range (id);'
        ' create table core.low partition of core."Odd ""t""" for values from (0) to (500);'
        ' create table core."High 1" partition of core."Odd ""t"""'
        " for values from (500) to (9999);",
        'drop table core."Odd ""t""";',
    )
    root.apply(empty_dsn)
    fill = 'insert into core."Odd ""t""" select n, now() from generate_series(1, 1000) as n'
    execute(empty_dsn, fill)
    with connections.connect(empty_dsn) as connection:
        text = 'drop table core."Odd ""t""";'
        losses = find_losses(connection, [("x.sql", text)], "system")
        assert [(loss.table, loss.rows) for loss in losses] == [('core."Odd ""t"""', 1000)]
        folder = backup.dump(connection, losses, tmp_path, "test")
        connection.execute(text)
    restore(empty_dsn, folder)
    assert query(empty_dsn, 'select count(*) from core."High 1"') == [(501,)]
    assert query(empty_dsn, 'select count(*) from core."Odd ""t"""') == [(1000,)]


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("drop table core.a", ["core.a"]),
        ("drop table if exists core.gone, core.a", ["core.a"]),
        ("drop table core.empty", []),
        ("alter table core.a drop column id", ["core.a"]),
        ("truncate core.a", ["core.a"]),
        ("truncate core.a cascade", ["core.a", "core.b"]),
        ("delete from core.b", ["core.b"]),
        ("drop schema core cascade", ["core.a", "core.b"]),
        ("drop schema core", []),
        ("drop type core.kind cascade", ["core.b"]),
        ("do $$ begin drop table core.a; end $$", ["core.a"]),
        ("drop table core.a; truncate core.a", ["core.a"]),
        ("drop table system.installation", []),
        ("drop view core.v; alter table core.a add column x int; create table core.c ()", []),
    ],
)
def test_what_a_text_destroys_is_found_where_there_are_rows(root, empty_dsn, text, tables):
    root.apply(empty_dsn)
    execute(
        empty_dsn,
        "create type core.kind as enum ('x'); create table core.empty ();"
        " create table core.a (id int primary key);"
        " create table core.b (id int references core.a, kind core.kind);"
        " insert into core.a values (1); insert into core.b values (1, 'x')",
    )
    with connections.connect(empty_dsn) as connection:
        found = find_losses(connection, [("x.sql", text)], "system")
    assert sorted(loss.table for loss in found) == tables


@pytest.fixture
def programs(tmp_path):
    """Return a function that makes a folder with a pg_dump of one's own."""

    def make(script):
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "pg_dump"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return folder

    return make


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo 'pg_dump (PostgreSQL) 9.6.24'", "Found: 9.6."),
        (None, "Found: none."),
    ],
)
def test_a_pg_dump_that_is_missing_or_too_old_is_named(
    applied, mdt, root, programs, tmp_path, script, says
):
    folder = programs(script) if script else tmp_path / "nothing"
    variables = {"PYTHONPATH": str(root.folder), "MDT_PG_BIN": str(folder)}
    refused = mdt(
        *("rollback", "--to", "0004_t4", "--backup-dir", str(tmp_path / "backups")),
        cwd=root.folder,
        dsn=applied,
        env=variables,
    )
    assert refused.returncode == 1
    assert "the tables cannot be dumped: there is no pg_dump of PostgreSQL " in refused.stderr
    assert says in refused.stderr
    assert tables(applied) == ["t3", "t4", "t5"]
    assert folders(tmp_path / "backups") == []


def test_a_dump_that_fails_leaves_nothing_and_changes_nothing(
    applied, mdt, root, programs, tmp_path
):
    folder = programs(
        'case "$1" in --version) echo "pg_dump (PostgreSQL) 99.1";;'
        " *) echo 'pg_dump: error: disk full' >&2; exit 1;; esac"
    )
    refused = mdt(
        *("rollback", "--to", "0004_t4", "--backup-dir", str(tmp_path / "backups")),
        cwd=root.folder,
        dsn=applied,
        env={"PYTHONPATH": str(root.folder), "MDT_PG_BIN": str(folder)},
    )
    assert refused.returncode == 1
    assert "could not be dumped, and nothing was changed" in refused.stderr
    assert "disk full" in refused.stderr
    assert tables(applied) == ["t3", "t4", "t5"]
    assert folders(tmp_path / "backups") == []


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_while_it_dumps_leaves_nothing_that_looks_complete(
    applied, root, programs, tmp_path, stop
):
    folder = programs(
        'case "$1" in --version) echo "pg_dump (PostgreSQL) 99.1";; *) sleep 600;; esac'
    )
    place = tmp_path / "backups"
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MDT_", "PG"))}
    variables |= {"PYTHONPATH": str(root.folder), "MDT_PG_BIN": str(folder), "MDT_DSN": applied}
    command = ["rollback", "--to", "0004_t4", "--backup-dir", str(place)]
    with subprocess.Popen(
        [sys.executable, "-m", "toolkit", *command],
        cwd=root.folder,
        env=variables,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        for _ in range(1000):
            if folders(place):
                break
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(stop)
        process.wait(timeout=60)
        os.killpg(process.pid, signal.SIGKILL)
    assert all(name.endswith(".partial") for name in folders(place))
    assert stop == signal.SIGKILL or folders(place) == []
    assert tables(applied) == ["t3", "t4", "t5"]


# -- the whole of it ---------------------------------------------------------------------------


def test_all_with_moves_on_their_way_is_refused_and_names_them(mdt, dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "create table public.live_quote_indicators (symbol text primary key, exchange text,"
            " current_price float, previous_close float, day_open float, day_low float,"
            " day_high float, year_low float, year_high float, sma_50d float, sma_200d float,"
            " market_cap bigint, volume bigint, api_timestamp bigint)"
        )
    assert mdt("move", "define", "tickered", dsn=dsn).returncode == 0
    assert mdt("move", "start", "live_quotes", dsn=dsn).returncode == 0
    verified = mdt("verify", dsn=dsn)
    assert (verified.returncode, verified.stdout) == (0, "the database is what the files say\n")
    for words in (["rollback", "--all"], ["rollback"], ["rollback", "--all", "--dry-run"]):
        refused = mdt(*words, "--backup-confirmed", dsn=dsn)
        assert refused.returncode == 1
        assert "moves are on their way: live_quotes (capturing)" in refused.stderr
        assert "mdt move rollback live_quotes" in refused.stderr
    assert mdt("verify", dsn=dsn).returncode == 0
    assert mdt("move", "rollback", "live_quotes", dsn=dsn).returncode == 0
    done = mdt("rollback", "--all", "--backup-confirmed", dsn=dsn)
    assert done.returncode == 0, done.stderr
    left = "select count(*) from pg_namespace where nspname in ('strangler', 'system')"
    assert query(dsn, left) == [(0,)]


def test_jobs_in_the_pg_cron_of_another_database_go_with_the_installation(mdt, dsn, cluster):
    with psycopg.connect(cluster.dsn(local.DATABASE), autocommit=True) as pg_cron:
        known = "select from pg_extension where extname = 'pg_cron'"
        if pg_cron.execute(known).fetchone() is None:
            pytest.skip("the server of the tests has no pg_cron")
        jobs = "select count(*) from cron.job where database = %s"
        name = [psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]]
        assert mdt("cron", "install", dsn=dsn).returncode == 0
        assert pg_cron.execute(jobs, name).fetchone()[0] > 3
        done = mdt("rollback", "--all", "--backup-confirmed", dsn=dsn)
        assert done.returncode == 0, done.stderr
        assert "jobs removed" in done.stderr
        assert pg_cron.execute(jobs, name).fetchone() == (0,)


def test_a_partial_rollback_is_recorded_and_verified_and_put_back(mdt, dsn):
    done = mdt("rollback", "--to", "0007_create_equities_tables", "--backup-confirmed", dsn=dsn)
    assert done.returncode == 0, done.stderr
    verified = mdt("--json", "verify", dsn=dsn)
    document = json.loads(verified.stdout)
    assert (verified.returncode, document["drift"]) == (1, [])
    assert "0007_create_equities_tables is not applied" in document["problems"]
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("comment on table core.brands is 'by hand'")
    drift = json.loads(mdt("--json", "verify", dsn=dsn).stdout)["drift"]
    assert [item["name"] for item in drift] == ["table core.brands"]
    assert mdt("accept", "catalog", "--reason", "test", dsn=dsn).returncode == 0
    assert mdt("apply", dsn=dsn).returncode == 0
    assert mdt("verify", dsn=dsn).returncode == 0


def test_the_interface_refuses_what_the_command_refuses(root, applied):
    root.migration("0006_x", "select 1;", "-- irreversible: so it is")
    root.apply(applied)
    with connections.connect(applied) as connection, pytest.raises(Failure, match="taken back"):
        root.migrator(connection).rollback(None)
    assert tables(applied) == ["t3", "t4", "t5"]
