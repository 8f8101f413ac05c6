"""The ledger: edits, renames and gaps are shown and stop everything until somebody accepts them."""

import json
import os
import signal
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from toolkit import __version__, integrity
from toolkit.errors import Failure
from toolkit.project import sha256


@pytest.fixture
def applied(root, empty_dsn):
    """Apply three migrations of tables and the functions that watch the catalog."""
    root.describe_catalog()
    for number in (3, 4, 5):
        name = f"000{number}_t{number}"
        root.migration(
            name, f"create table core.t{number} (id int);", f"drop table core.t{number};"
        )
    root.apply(empty_dsn)
    return empty_dsn


@pytest.fixture
def there(mdt_there, applied):
    """Return `mdt`, working with the files of `root` on the database of `applied`."""
    return lambda *arguments, **options: mdt_there(*arguments, dsn=applied, **options)


def query(dsn, statement, *values):
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(statement, values or None).fetchall()


def execute(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


def edit(root, name="0004_t4"):
    path = root.folder / f"migrations/{name}.sql"
    path.write_text(path.read_text().replace("(id int)", "(id bigint)"))


def rename(root, old, new):
    for pattern in ("{}.sql", "{}.rollback.sql", "verify/{}.sql"):
        folder = root.folder / "migrations"
        (folder / pattern.format(old)).rename(folder / pattern.format(new))


def is_whole(dsn):
    """Tell whether each link of the chain is made of the one before it."""
    previous = integrity.BEGINNING
    rows = query(
        dsn,
        "select migration_id, content, content_sha256, previous_sha256, chain_sha256"
        " from system.applied_migrations order by position_in_order",
    )
    for name, content, content_sha256, previous_sha256, chain in rows:
        assert content_sha256 == sha256(content), name
        assert (previous_sha256, chain) == (previous, sha256(previous + name + content_sha256))
        previous = chain
    return len(rows)


# -- what is recorded --------------------------------------------------------------------------


def test_the_ledger_keeps_text_hashes_variables_role_and_version_in_a_chain(root, empty_dsn):
    root.write("mdt.toml", '[variables]\nsize = 7\nother = "x"\n')
    text = "create table core.t (size int default {{ size }});"
    root.migration("0003_t", text, "drop table core.t;", "-- template: jinja\n")
    root.apply(empty_dsn)
    assert is_whole(empty_dsn) == 3
    content, rendered, variables, role, duration, version = query(
        empty_dsn,
        "select content, rendered_sha256, variables, applied_by, duration_ms, toolkit_version"
        " from system.applied_migrations where migration_id = '0003_t'",
    )[0]
    assert content == (root.folder / "migrations/0003_t.sql").read_text()
    assert rendered == sha256(content.replace("{{ size }}", "7"))
    assert (variables, role, version) == ({"size": 7}, "postgres", __version__)
    assert duration >= 0


def test_the_chain_goes_on_after_a_rollback(root, applied, there):
    assert there("rollback", "--to", "0004_t4").returncode == 0
    assert is_whole(applied) == 3
    assert there("apply").returncode == 0
    assert is_whole(applied) == 5
    assert there("verify").returncode == 0


# -- what differs ------------------------------------------------------------------------------


def test_an_edit_is_shown_as_a_diff_by_all_and_applies_nothing(root, applied, there):
    edit(root)
    root.migration("0006_t6", "create table core.t6 ();", "drop table core.t6;")
    for words in (["apply"], ["plan"]):
        refused = there(*words)
        assert refused.returncode == 1
        assert "0004_t4 was edited" in refused.stderr
        assert "-create table core.t4 (id int);\n+create table core.t4 (id bigint);" in (
            refused.stderr
        )
        assert "mdt accept 0004_t4 --reason TEXT" in refused.stderr
    assert query(applied, "select to_regclass('core.t6')") == [(None,)]
    verified = there("verify")
    assert verified.returncode == 1
    assert "0004_t4 was edited\n" in verified.stdout
    assert "+create table core.t4 (id bigint);" in verified.stdout
    status = there("--json", "status")
    assert status.returncode == 1
    document = json.loads(status.stdout)
    assert [(item["kind"], item["id"]) for item in document["differences"]] == [
        ("edited", "0004_t4")
    ]
    assert document["pending"]["migrations"] == ["0006_t6"]


def test_an_accepted_edit_is_recorded_with_who_why_and_both_hashes(root, applied, there):
    recorded = "select content_sha256 from system.applied_migrations where position_in_order = 4"
    old = query(applied, recorded)[0][0]
    edit(root)
    new = sha256((root.folder / "migrations/0004_t4.sql").read_text())
    accepted = there("accept", "0004_t4", "--reason", "the column was widened by hand in May")
    assert (accepted.returncode, accepted.stdout) == (0, "accepted: 0004_t4 was edited\n")
    assert query(
        applied,
        "select kind, name, old_sha256, new_sha256, reason, accepted_by from system.acceptances",
    ) == [("edited", "0004_t4", old, new, "the column was widened by hand in May", "postgres")]
    assert is_whole(applied) == 5
    for words in (["apply"], ["verify"], ["status"]):
        assert there(*words).returncode == 0, words


def test_a_renamed_file_is_recognized_by_its_content_and_accepted_under_either_name(
    root, applied, there
):
    rename(root, "0005_t5", "0005_boxes")
    refused = there("apply")
    assert refused.returncode == 1
    assert "0005_t5 was renamed to 0005_boxes" in refused.stderr
    assert there("accept", "0005_boxes", "--reason", "a better name").returncode == 0
    assert is_whole(applied) == 5
    assert there("apply").stdout == "nothing to do\n"
    assert there("rollback").returncode == 0
    assert query(applied, "select to_regclass('core.t5')") == [(None,)]


def test_a_rename_that_leaves_others_without_what_they_depend_on_is_still_called_a_rename(
    root, applied, there
):
    rename(root, "0004_t4", "0004_boxes")
    for words in (["apply"], ["verify"], ["status"]):
        result = there(*words)
        assert result.returncode == 1
        assert "0004_t4 was renamed to 0004_boxes" in result.stdout + result.stderr


def test_a_missing_file_is_named_and_may_be_accepted(root, applied, there):
    for path in (root.folder / "migrations").rglob("0005_t5*"):
        path.unlink()
    refused = there("apply")
    assert "0005_t5 is gone" in refused.stderr
    assert "-create table core.t5 (id int);" in refused.stderr
    assert there("accept", "0005_t5", "--reason", "it was squashed").returncode == 0
    for words in (["apply"], ["verify"], ["status"]):
        assert there(*words).returncode == 0, words
    refused = there("rollback")
    assert refused.returncode == 1
    assert "the files of these applied migrations are gone: 0005_t5" in refused.stderr


def test_a_new_file_before_applied_ones_waits_until_it_is_accepted(root, applied, there):
    root.newest = "0003_t3"
    root.migration("0003b_late", "create table core.late ();", "drop table core.late;")
    refused = there("apply")
    assert refused.returncode == 1
    assert "0003b_late is new, but comes before 0005_t5, which is applied" in refused.stderr
    assert query(applied, "select to_regclass('core.late')") == [(None,)]
    assert there("accept", "0003b_late", "--reason", "of another branch").returncode == 0
    assert there("apply").returncode == 0
    assert is_whole(applied) == 6
    assert there("verify").returncode == 0
    assert there("rollback").returncode == 0  # the last that was applied, not the last by name
    assert query(applied, "select to_regclass('core.late')") == [(None,)]


def test_an_accepted_latecomer_that_is_edited_has_to_be_accepted_again(root, applied, there):
    root.newest = "0003_t3"
    root.migration("0003b_late", "create table core.late (id int);", "drop table core.late;")
    assert there("accept", "0003b_late", "--reason", "of another branch").returncode == 0
    edit(root, "0003b_late")
    assert there("apply").returncode == 1


def test_other_variables_are_found_but_stop_nothing(root, empty_dsn, mdt_there):
    root.write("mdt.toml", "[variables]\nsize = 7\n")
    text = "create table core.t (size int default {{ size }});"
    root.migration("0003_t", text, "drop table core.t;", "-- template: jinja\n")
    root.apply(empty_dsn)
    root.write("mdt.toml", "[variables]\nsize = 8\nother = 1\n")
    assert mdt_there("apply", dsn=empty_dsn).returncode == 0
    verified = mdt_there("verify", dsn=empty_dsn)
    assert verified.returncode == 1
    assert verified.stdout == "0003_t was rendered with other variables: size 7 -> 8\n"
    accepted = mdt_there("accept", "0003_t", "--reason", "for new databases", dsn=empty_dsn)
    assert accepted.returncode == 0
    assert mdt_there("verify", dsn=empty_dsn).returncode == 0


# -- somebody edits the ledger -----------------------------------------------------------------

LEDGER = "system.applied_migrations"
TAMPERED = {
    f"update {LEDGER} set content = 'x' where migration_id = '0004_t4'": "0004_t4",
    f"update {LEDGER} set content = 'x', content_sha256 = encode(sha256('x'), 'hex')"
    " where migration_id = '0004_t4'": "0004_t4",
    f"update {LEDGER} set migration_id = '0004_x' where migration_id = '0004_t4'": "0004_x",
    f"delete from {LEDGER} where migration_id = '0004_t4'": "0005_t5",
    f"delete from {LEDGER} where migration_id = '0005_t5'": "0005_t5",
    f"update {LEDGER} set chain_sha256 = repeat('0', 64) where migration_id = '0005_t5'": "0005_t5",
    "delete from system._yoyo_migration where migration_id = '0005_t5'": "0005_t5",
}


@pytest.mark.parametrize("change", TAMPERED, ids=lambda change: change[:70])
def test_a_change_of_the_ledger_itself_breaks_the_chain(applied, there, change):
    execute(applied, change)
    verified = there("verify")
    assert verified.returncode == 1
    assert f"{TAMPERED[change]} breaks the chain: " in verified.stdout
    assert there("apply").returncode == 1


def test_a_broken_chain_is_mended_by_accepting_what_breaks_it(root, applied, there):
    execute(applied, "delete from system.applied_migrations where migration_id = '0004_t4'")
    assert there("accept", "0005_t5", "--reason", "restored from a backup").returncode == 0
    verified = there("verify")
    assert verified.stdout.splitlines() == [
        "0004_t4 breaks the chain: yoyo's table has it, but the ledger does not"
    ]
    assert there("accept", "0004_t4", "--reason", "the same").returncode == 0
    assert is_whole(applied) == 5
    assert there("verify").returncode == 0


def test_accepting_one_difference_does_not_mend_another(root, applied, there):
    execute(
        applied,
        "update system.applied_migrations set chain_sha256 = repeat('0', 64)"
        " where migration_id = '0003_t3'",
    )
    edit(root, "0005_t5")
    assert there("accept", "0005_t5", "--reason", "widened").returncode == 0
    problems = json.loads(there("--json", "verify").stdout)["problems"]
    assert "0003_t3 breaks the chain: its row in the ledger was changed" in problems


# -- accept ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["0004_t4"], 2, "missing option '--reason'"),
        (["0004_t4", "--reason", "  "], 2, "a difference is accepted with a reason"),
        (["0004_gone", "--reason", "x"], 1, 'nothing that differs is called "0004_gone"'),
        (["0004_t4", "--reason", "x"], 1, 'there is nothing to accept: "0004_t4" is as it was'),
        (["catalog", "--reason", "x"], 1, 'there is nothing to accept: "catalog"'),
    ],
)
def test_what_cannot_be_accepted_is_refused(applied, there, words, code, says):
    refused = there("accept", *words)
    assert refused.returncode == code
    assert says in refused.stderr.lower().replace("'0004", "'0004")
    assert query(applied, "select count(*) from system.acceptances") == [(0,)]


# -- drift of the catalog ----------------------------------------------------------------------


def test_drift_is_named_by_verify_counted_by_status_and_accepted_by_name(applied, there):
    execute(
        applied,
        "create index by_hand on core.t3 (id); comment on table core.t4 is 'x';"
        " grant select on core.t5 to public",
    )
    verified = there("verify")
    assert verified.returncode == 1
    lines = verified.stdout.splitlines()
    assert lines[0] == "index core.by_hand was added"
    assert lines[1] == "table core.t4 was changed: comment (as usual) -> x"
    assert lines[2].startswith("table core.t5 was changed: privileges (as usual) -> ")
    status = there("--json", "status")
    drift = json.loads(status.stdout)["drift"]
    assert (status.returncode, drift["added"], drift["changed"], drift["compared"]) == (
        1,
        1,
        2,
        True,
    )
    accepted = there("accept", "index core.by_hand", "--reason", "needed on the 3rd")
    assert accepted.stdout == "accepted: index core.by_hand was added\n"
    assert len(there("verify").stdout.splitlines()) == 2
    assert there("accept", "catalog", "--reason", "all of it").returncode == 0
    assert there("verify").returncode == 0
    assert query(applied, "select name, reason from system.acceptances order by name") == [
        ("index core.by_hand", "needed on the 3rd"),
        ("table core.t4", "all of it"),
        ("table core.t5", "all of it"),
    ]


def test_a_run_records_its_own_work_and_does_not_make_drift_right(root, applied, there):
    execute(
        applied,
        "create index by_hand on core.t3 (id); alter table core.t4 add by_hand int;"
        " drop table core.t5; comment on table core.t3 is 'x'",
    )
    root.migration(
        "0006_more",
        "create table core.t6 (id int); comment on table core.t3 is 'ours';",
        "drop table core.t6;",
    )
    done = there("apply")
    assert done.returncode == 0
    assert "objects are not as the last run left them: see 'mdt verify'" in done.stderr
    left = ["column core.t4.by_hand", "column core.t5.id", "index core.by_hand", "table core.t5"]
    for name in ("0007_more", "0008_more"):
        assert [line.split(" was ")[0] for line in there("verify").stdout.splitlines()] == left
        root.migration(name, "select 1;", "select 1;")
        assert there("apply").returncode == 0
    execute(applied, "drop index core.by_hand; alter table core.t4 drop by_hand")
    execute(applied, "create table core.t5 (id int)")
    assert there("verify").returncode == 0


def test_the_fingerprint_of_each_run_is_kept(root, applied, there):
    root.migration("0006_more", "create table core.t6 (id int);", "drop table core.t6;")
    there("apply")
    there("rollback")
    there("apply")
    found = query(
        applied, "select event, fingerprint from system.catalog_fingerprints order by recorded_at"
    )
    assert [event for event, _ in found] == ["apply", "apply", "rollback", "apply"]
    assert found[1][1] == found[3][1]
    assert found[0][1] != found[1][1]


def test_a_run_that_was_killed_is_named_and_the_next_one_ends_it(root, applied, there):
    root.migration("0006_slow", "create table core.t6 (id int);", "drop table core.t6;")
    root.migration("0007_slow", "select pg_sleep(600);", "select 1;")
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MDT_", "PG"))}
    with subprocess.Popen(
        [sys.executable, "-m", "toolkit", "apply"],
        cwd=root.folder,
        env=variables | {"MDT_DSN": applied, "PYTHONPATH": str(root.folder)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        line = ""
        while not line.startswith("applied 0006"):
            line = process.stderr.readline()
        status = there("--json", "status")
        document = json.loads(status.stdout)
        assert document["lock_holder"]["application"] == "mdt"
        assert document["pending"]["migrations"] == ["0007_slow"]
        assert document["drift"]["compared"] is False
        process.send_signal(signal.SIGKILL)
    execute(
        applied,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()",
    )
    assert "has not ended: run 'mdt apply'" in there("verify").stdout
    for path in (root.folder / "migrations").rglob("0007_slow*"):
        path.unlink()
    assert there("apply").stdout == "nothing to do\n"
    assert there("verify").returncode == 0


# -- status ------------------------------------------------------------------------------------


def test_status_for_machines_has_the_keys_that_are_promised(applied, there):
    document = json.loads(there("--json", "status").stdout)
    assert set(document) == {
        *("installed", "toolkit_version", "installed_version", "schemas", "applied", "pending"),
        *("differences", "objects", "drift", "last_run", "unfinished_since", "half_done"),
        "lock_holder",
    }
    assert document["applied"][-1] == "0005_t5"
    assert document["last_run"]["event"] == "apply"
    assert len(document["last_run"]["fingerprint"]) == 64
    assert document["toolkit_version"] == document["installed_version"] == __version__
    assert document["half_done"] == []
    assert document["unfinished_since"] is document["lock_holder"] is None
    assert document["drift"] == {
        "compared": True,
        "added": 0,
        "removed": 0,
        "changed": 0,
        "because": "",
    }


def test_status_works_for_a_role_that_may_only_read_and_writes_nothing(applied, there, mdt_there):
    with psycopg.connect(applied, autocommit=True) as connection:
        connection.execute("create role test_monitor login")
        try:
            connection.execute(
                "grant usage on schema system to test_monitor;"
                " grant select on all tables in schema system to test_monitor;"
                " alter role test_monitor set default_transaction_read_only = on"
            )
            connection.execute(
                sql.SQL("grant connect on database {} to test_monitor").format(
                    sql.Identifier(connection.info.dbname)
                )
            )
            with connection.transaction(force_rollback=True):
                connection.execute("set local role test_monitor")
                assert connection.execute("select count(*) from system.find_drift()").fetchone()
            before = connection.execute("select pg_current_xact_id_if_assigned()").fetchone()
            options = psycopg.conninfo.make_conninfo(applied, options="-c role=test_monitor")
            status = mdt_there("--json", "status", dsn=options)
            assert before == (None,)
        finally:
            connection.execute("drop owned by test_monitor; drop role test_monitor")
    document = json.loads(status.stdout)
    assert document["drift"]["compared"], document
    assert document["applied"][-1] == "0005_t5"
    # The rights that the role was given are what differs.
    assert (status.returncode, document["drift"]["changed"] > 0) == (1, True)


def test_status_does_not_wait_for_a_lock_on_what_it_looks_at(root, applied, there):
    root.sql("core/views/v", "create view core.v as select id from core.t3;")
    assert there("apply").returncode == 0
    with psycopg.connect(applied) as holder:
        holder.execute("lock table core.t3")
        status = there("--json", "status", timeout=60)
        assert json.loads(status.stdout)["drift"]["compared"] is False
    assert there("status").returncode == 0


def test_plan_refuses_with_one_failure_whatever_differs(root, applied):
    edit(root, "0003_t3")
    for path in (root.folder / "migrations").rglob("0005_t5*"):
        path.unlink()
    with pytest.raises(Failure) as refused:
        root.apply(applied)
    assert refused.value.message == (
        "applied migrations differ from their files: 0003_t3 was edited; 0005_t5 is gone"
    )
