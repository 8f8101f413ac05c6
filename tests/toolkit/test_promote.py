"""Promote: a suffixed installation gets its final names, and what had them stays beside it."""

import difflib
import os
import re
from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from toolkit import db as connections
from toolkit import installations, locks, migrate, promote
from toolkit.errors import Failure
from toolkit.project import SCHEMAS, Project, files_root

Rename = Callable[[migrate.Migrator], dict[str, dict[str, str]]]

THEIRS = """
create schema {core}; create schema {products};
create table {core}.brands (id int primary key, name text);
create view {core}.names as select name from {core}.brands;
insert into {core}.brands values (1, 'theirs');
create table {products}.products (id int primary key);
"""


def add_theirs(connection: psycopg.Connection, suffix: str = "") -> None:
    names = {name: sql.Identifier(name + suffix) for name in ("core", "products")}
    connection.execute(sql.SQL(THEIRS).format(**names))


@pytest.fixture
def beside(dsn_beside) -> str:
    """Return the DSN of an installation under other names, beside tables that use ours."""
    with psycopg.connect(dsn_beside, autocommit=True) as connection:
        add_theirs(connection)
    return dsn_beside


def refusal(dsn: str, rename: Rename = promote.promote) -> Failure:
    """Return how promote refuses, having made sure that every schema has its name still."""
    names = "select array_agg(nspname::text order by 1) from pg_namespace"
    with connections.connect(dsn) as connection:
        before = connections.scalar(connection, names)
        migrator = migrate.Migrator(
            connection, installations.locate(connection, Project(files_root()))
        )
        with pytest.raises(Failure) as refused:
            rename(migrator)
        assert connections.scalar(connection, names) == before
    return refused.value


def test_a_promoted_installation_is_like_one_that_had_its_names_from_the_start(mdt, beside, dump):
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute("select system_v2.set_flag('shoes', true)")
        promoted = mdt("promote", dsn=beside)
        assert promoted.returncode == 0, promoted.stderr
        renamed = {f"{name}_v2 -> {name}" for name in SCHEMAS}
        moved = {"core -> core_legacy", "products -> products_legacy"}
        assert set(promoted.stdout.splitlines()) == renamed | moved
        assert connection.execute("select name from core_legacy.names").fetchall() == [("theirs",)]
        assert connection.execute("select system.flag_enabled('shoes', 'x')").fetchone() == (True,)
    for words in (["verify"], ["status"], ["plan"]):
        result = mdt(*words, dsn=beside)
        assert result.returncode == 0, result.stdout + result.stderr
    after = dump(beside)

    with psycopg.connect(beside, autocommit=True) as connection:
        kept = connection.execute("select system.maintain_partitions()").fetchone()[0]
        assert re.fullmatch(r"\d+ kept", kept)
    assert mdt("rollback", "--all", "--backup-confirmed", dsn=beside).returncode == 0
    migrate.apply_all(beside, "")
    difference = list(difflib.unified_diff(dump(beside).splitlines(), after.splitlines()))
    assert difference == [], "\n".join(difference)


def test_what_tables_and_pg_cron_say_of_the_names_is_promoted_too(mdt, beside, cluster):
    with psycopg.connect(cluster.dsn(), autocommit=True) as pg_cron:
        if pg_cron.execute("select from pg_extension where extname = 'pg_cron'").rowcount == 0:
            pytest.skip("the server of the tests has no pg_cron")
        jobs = "select jobname::text, command from cron.job where database = %s order by 1"
        name = psycopg.conninfo.conninfo_to_dict(beside)["dbname"]
        try:
            for words in (["sync", "seed"], ["cron", "install"]):
                assert mdt(*words, dsn=beside).returncode == 0
            before = pg_cron.execute(jobs, [name]).fetchall()
            promoted = mdt("promote", dsn=beside)
            after = pg_cron.execute(jobs, [name]).fetchall()
            removed = mdt("cron", "remove", dsn=beside)
        finally:
            clean = "select cron.unschedule(jobid) from cron.job where database = %s"
            pg_cron.execute(clean, [name])
    assert (promoted.returncode, removed.returncode) == (0, 0), promoted.stderr
    assert len(before) > 3
    assert after == [tuple(text.replace("sync_v2", "sync") for text in job) for job in before]
    assert removed.stdout == f"removed {len(before)} jobs\n"
    with psycopg.connect(beside) as connection:
        stale = "select data_type from sync.data_type_registry where target_table ~ '_v2'"
        assert connection.execute(stale).fetchall() == []
        assert connection.execute("select count(*) from sync.data_type_registry").fetchone()[0] > 3


def test_a_promotion_that_meets_a_lock_is_tried_again(beside, monkeypatch):
    monkeypatch.setattr(promote, "STEP", locks.Limits(lock_timeout=(0.02,)))
    with psycopg.connect(beside) as reader, connections.connect(beside) as connection:
        reader.execute("lock table sync_v2.queue_depth in access share mode")
        said = []

        def say(text: str) -> None:
            said.append(text)
            if "; try 2 of " in text:  # and not yet when it is only told who is waited for
                reader.rollback()

        project = installations.locate(connection, Project(files_root()))
        promote.promote(migrate.Migrator(connection, project, say))
        assert any("; try 2 of " in text for text in said)
        assert connections.scalar(connection, "select count(*) from core_legacy.brands") == 1


def test_an_installation_with_its_final_names_has_nothing_to_promote(mdt, dsn):
    result = mdt("promote", dsn=dsn)
    assert result.returncode == 1
    assert "has its final names already" in result.stderr


def test_a_name_that_the_old_schema_needs_and_somebody_has_is_refused(beside):
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute("create schema core_legacy")
    assert refusal(beside).message == "these schemas exist already: core_legacy"


def test_what_is_partitioned_and_not_ours_is_kept_under_its_new_name(mdt, beside):
    with psycopg.connect(beside, autocommit=True) as connection:
        (partman,) = connection.execute(
            "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_partman'"
        ).fetchone()
        connection.execute(
            "create schema integration; create table integration.price_history"
            " (at timestamptz not null) partition by range (at)"
        )
        connection.execute(
            f"insert into {partman}.part_config (parent_table, control, partition_interval,"
            " partition_type) select 'integration.price_history', 'at', partition_interval,"
            f" partition_type from {partman}.part_config limit 1"
        )
        kept = (
            f"select parent_table from {partman}.part_config"
            " where parent_table ~ '^integration' order by 1"
        )
        before = connection.execute(kept).fetchall()
        assert ("integration.price_history",) in before
        assert ("integration_v2.price_history",) in before
        assert mdt("promote", dsn=beside).returncode == 0
        promoted = connection.execute(kept).fetchall()
        assert ("integration.price_history",) in promoted
        assert ("integration_legacy.price_history",) in promoted
        assert len(promoted) == len(before)
        assert mdt("promote", "--back", dsn=beside).returncode == 0
        assert connection.execute(kept).fetchall() == before


def test_jobs_of_pg_cron_follow_the_way_back(mdt, beside, cluster):
    with psycopg.connect(cluster.dsn(), autocommit=True) as pg_cron:
        if pg_cron.execute("select from pg_extension where extname = 'pg_cron'").rowcount == 0:
            pytest.skip("the server of the tests has no pg_cron")
        jobs = "select jobname::text, command from cron.job where database = %s order by 1"
        name = psycopg.conninfo.conninfo_to_dict(beside)["dbname"]
        try:
            for words in (["sync", "seed"], ["cron", "install"]):
                assert mdt(*words, dsn=beside).returncode == 0
            before = pg_cron.execute(jobs, [name]).fetchall()
            for words in (["promote"], ["promote", "--back"]):
                assert mdt(*words, dsn=beside).returncode == 0
            after = pg_cron.execute(jobs, [name]).fetchall()
        finally:
            clean = "select cron.unschedule(jobid) from cron.job where database = %s"
            pg_cron.execute(clean, [name])
    assert len(before) > 3
    assert after == before


def test_what_was_never_promoted_is_not_taken_back(dsn):
    assert refusal(dsn, promote.take_back).message == "this installation was not promoted"


def test_it_is_not_taken_back_into_names_that_are_taken_or_without_the_old_schemas(mdt, beside):
    assert mdt("promote", dsn=beside).returncode == 0
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute("create schema auth_v2")
        refused = refusal(beside, promote.take_back)
        assert refused.message == "these schemas exist already: auth_v2"
        connection.execute("drop schema auth_v2; drop schema products_legacy cascade")
    assert (
        refusal(beside, promote.take_back).message == "these old schemas are gone: products_legacy"
    )


def test_pending_changes_are_not_applied_by_the_way_back(mdt, beside):
    assert mdt("promote", dsn=beside).returncode == 0
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute("delete from system.applied_objects where path like 'sync/views/%'")
    refused = refusal(beside, promote.take_back)
    assert refused.message == "the database is not in the state of the files"


def test_what_a_dba_set_by_hand_stays_through_promotion_and_back(mdt, beside):
    role = f"test_reader_{os.getpid()}"
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute(f"create role {role}")
        try:
            connection.execute(
                f"grant select on sync_v2.queue_depth, analytics_v2.latest_prices to {role};"
                f" grant execute on function sync_v2.tick to {role};"
                " comment on view sync_v2.subject_freshness is 'by hand';"
                " select system_v2.accept_drift(null, 'a reader was let in')"
            )
            for words, suffix in ((["promote"], ""), (["promote", "--back"], "_v2")):
                done = mdt(*words, dsn=beside)
                assert done.returncode == 0, done.stderr
                rights = connection.execute(
                    f"select has_table_privilege('{role}', 'sync{suffix}.queue_depth', 'select'),"
                    f" has_table_privilege('{role}', 'analytics{suffix}.latest_prices', 'select'),"
                    f" has_function_privilege('{role}', 'sync{suffix}.tick(text, timestamptz)',"
                    " 'execute')"
                ).fetchone()
                assert rights == (True, True, True)
        finally:
            connection.execute(f"drop owned by {role}; drop role {role}")


@pytest.mark.slow
def test_two_installations_live_side_by_side_and_one_can_be_promoted(mdt, empty_dsn, tmp_path):
    def succeed(suffix: str, *words: str) -> str:
        folder = tmp_path / (suffix or "plain")
        folder.mkdir(exist_ok=True)
        (folder / "mdt.toml").write_text(f'[schemas]\nsuffix = "{suffix}"\n')
        done = mdt(*words, dsn=empty_dsn, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for suffix in ("_a", "_b"):
        succeed(suffix, "apply")
    for suffix in ("_a", "_b"):
        assert succeed(suffix, "verify") == "the database is what the files say\n"
        assert succeed(suffix, "plan") == "nothing to do\n"
        assert succeed(suffix, "apply") == "nothing to do\n"
    succeed("_a", "promote")
    for suffix in ("", "_b"):
        succeed(suffix, "verify")
        assert succeed(suffix, "plan") == "nothing to do\n"
    succeed("", "promote", "--back")
    for suffix in ("_a", "_b"):
        succeed(suffix, "verify")
        assert succeed(suffix, "plan") == "nothing to do\n"
