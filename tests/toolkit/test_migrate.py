"""Apply, roll back and verify: up, down and up again, and every refusal before harm is done."""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from toolkit import db as connections
from toolkit import installations, ledger, migrate
from toolkit.errors import Failure
from toolkit.project import SCHEMAS, Project, files_root

MIGRATIONS = [path.stem for path in sorted((files_root() / "migrations").glob("????_*.sql"))]
IDS = [name for name in MIGRATIONS if not name.endswith(".rollback")]
PARTMAN = "create schema partman; create extension pg_partman with schema partman"


@pytest.fixture(scope="module")
def fresh(cluster) -> Iterator[Callable[[], str]]:
    """Return a function that makes an empty database and returns its DSN."""
    names = []
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:

        def make() -> str:
            names.append(f"test_life_{os.getpid()}_{secrets.token_hex(4)}")
            server.execute(sql.SQL("create database {}").format(sql.Identifier(names[-1])))
            return cluster.dsn(names[-1])

        yield make
        for name in names:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def rows(dsn: str) -> dict[str, int]:
    """Return the number of rows of every table of the toolkit that has any."""
    with psycopg.connect(dsn) as connection:
        names = connection.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and oid >= 16384"
            " and relnamespace::regnamespace::text not in ('partman', 'information_schema')"
        ).fetchall()
        counts = {
            name: connection.execute(f"select count(*) from {name}").fetchone()[0]
            for (name,) in names
        }
    return {name: count for name, count in counts.items() if count}


def versions(dsn: str) -> dict[str, str]:
    """Return the identity of every row version in the database, catalogs included.

    Left out is what the server itself writes in the background.
    """
    with psycopg.connect(dsn) as connection:
        names = connection.execute(
            "select oid::regclass::text from pg_class where relkind in ('r', 'm')"
            " and relispopulated and not relisshared and relname !~ '^pg_statistic'"
        ).fetchall()
        return {
            name: connection.execute(
                f"select md5(string_agg(concat(ctid, xmin), ',' order by ctid)) from only {name}"
            ).fetchone()[0]
            for (name,) in names
        }


def apply(dsn: str, *, suffix: str | None = None) -> None:
    migrate.apply_all(dsn, suffix)


def roll_back_all(dsn: str, suffix: str = "") -> None:
    with connections.connect(dsn) as connection:
        project = Project(Path("/nonexistent"))
        project.schema_map = project.wanted_map(suffix)
        migrate.Migrator(connection, project).rollback(None)


@dataclass
class Life:
    """What a database was like after each step: up, up, down, up."""

    dsn: str
    dumps: list[str] = field(default_factory=list)
    rows: list[dict[str, int]] = field(default_factory=list)
    versions: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module", params=["", "_v2"], ids=["plain", "suffixed"])
def life(request, fresh, dump) -> Life:
    """Live through up, up, down and up with all the files of the repository."""
    life = Life(fresh())
    with psycopg.connect(life.dsn, autocommit=True) as connection:
        connection.execute(PARTMAN)
    life.dumps.append(dump(life.dsn))
    for _ in range(2):
        apply(life.dsn, suffix=request.param)
        life.versions.append(versions(life.dsn))
    life.dumps.append(dump(life.dsn))
    life.rows.append(rows(life.dsn))
    roll_back_all(life.dsn, request.param)
    life.dumps.append(dump(life.dsn))
    life.rows.append(rows(life.dsn))
    apply(life.dsn, suffix=request.param)
    life.dumps.append(dump(life.dsn))
    life.rows.append(rows(life.dsn))
    return life


# -- all of the repository --------------------------------------------------------------------


def test_an_empty_database_gets_everything_and_then_is_as_the_files_say(mdt, empty_dsn):
    first = mdt("apply", dsn=empty_dsn)
    assert first.returncode == 0, first.stderr
    assert re.fullmatch(rf"applied {len(IDS)} migrations and \d{{3}} objects\n", first.stdout)
    assert [line.split()[1] for line in first.stderr.splitlines()[:-1]] == IDS
    assert mdt("plan", dsn=empty_dsn).stdout == "nothing to do\n"
    assert mdt("apply", dsn=empty_dsn).stdout == "nothing to do\n"
    status = mdt("status", dsn=empty_dsn)
    assert status.returncode == 0
    assert status.stdout.splitlines()[:-1] == [f"applied  {name}" for name in IDS]
    verified = mdt("verify", dsn=empty_dsn)
    assert (verified.returncode, verified.stdout) == (0, "the database is what the files say\n")


def test_a_second_apply_writes_no_row_anywhere(life):
    assert len(life.versions[0]) > 100
    assert life.versions[1] == life.versions[0]


def test_down_leaves_what_was_there_before(life):
    assert life.dumps[2] == life.dumps[0]
    assert life.rows[1] == {}


def test_up_again_is_what_it_was_the_first_time(life):
    assert life.dumps[3] == life.dumps[1]
    assert life.rows[2] == life.rows[0]


def test_a_suffixed_installation_differs_in_nothing_but_its_names(fresh, dump):
    plain, suffixed = fresh(), fresh()
    apply(plain)
    apply(suffixed, suffix="_zz9")
    assert dump(suffixed).replace("_zz9", "") == dump(plain)


def test_two_installations_side_by_side_leave_each_other_alone(fresh, dump, mdt, tmp_path):
    dsn = fresh()
    apply(dsn)
    alone, filled = dump(dsn), rows(dsn)
    before = versions(dsn)
    apply(dsn, suffix="_v2")
    apply(dsn, suffix="")
    of_ours = {name: version for name, version in before.items() if name.split(".")[0] in SCHEMAS}
    assert of_ours.items() <= versions(dsn).items()

    (tmp_path / "mdt.toml").write_text('[schemas]\nsuffix = "_v2"\n')
    for options, system in (
        (["--json"], "system"),
        (["--json", "--project", tmp_path], "system_v2"),
    ):
        verified = mdt(*options, "verify", dsn=dsn)
        assert verified.returncode == 0
        assert json.loads(verified.stdout) == {"problems": [], "differences": [], "drift": []}
        status = mdt(*options, "status", dsn=dsn)
        assert json.loads(status.stdout)["schemas"]["system"] == system

    roll_back_all(dsn, "_v2")
    assert (dump(dsn), rows(dsn)) == (alone, filled)


def test_of_several_installations_the_project_says_which_is_meant(root, empty_dsn, mdt_there):
    for suffix in ("_v2", "_v3"):
        assert mdt_there("apply", "--schema-suffix", suffix, dsn=empty_dsn).returncode == 0
    asked = mdt_there("status", dsn=empty_dsn)
    assert asked.returncode == 1
    assert "there are several installations here: system_v2, system_v3" in asked.stderr
    root.write("mdt.toml", '[schemas]\nsuffix = "_v3"\n')
    assert mdt_there("rollback", "--all", dsn=empty_dsn).returncode == 0
    with psycopg.connect(empty_dsn) as connection:
        assert [names["system"] for names in installations.installations(connection)] == [
            "system_v2"
        ]


def test_yoyo_itself_reads_the_ledger_and_does_not_get_in_the_way_of_a_rollback(life):
    dsn = life.dsn.replace("postgresql://", "postgresql+psycopg://")
    with psycopg.connect(life.dsn) as connection:
        (system,) = connection.execute(
            "select relnamespace::regnamespace::text from pg_class where relname = 'installation'"
        ).fetchone()
    listed = subprocess.run(
        [
            Path(sys.executable).with_name("yoyo"),
            *("list", "--no-config-file", "--batch"),
            *("--database", f"{dsn}&schema={system}"),
            files_root() / "migrations",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.findall(r"^(\w) +(\d{4}_\w+)", listed.stdout, re.M) == [("A", name) for name in IDS]
    roll_back_all(life.dsn, system.removeprefix("system"))


# -- what is refused before anything is touched -----------------------------------------------


@pytest.fixture
def untouched(empty_dsn, dump) -> Iterator[str]:
    """Return the DSN of a database that must be at the end what it is now."""
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute("create schema core; create table core.theirs (id int)")
    before = dump(empty_dsn)
    yield empty_dsn
    assert dump(empty_dsn) == before


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_names_that_are_taken_are_refused_with_the_way_around(mdt, untouched, command):
    result = mdt(command, dsn=untouched)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "Error: these schemas exist already and are not ours: core",
        "The toolkit never writes into schemas that it did not make.",
        "Install beside them with 'mdt apply --schema-suffix _v2', "
        "or name others under [schemas] in mdt.toml.",
    ]


def test_a_word_of_sql_is_refused_as_a_name(mdt, untouched, tmp_path):
    (tmp_path / "mdt.toml").write_text('[schemas]\nsuffix = "_v2"\nauth = "user"\n')
    result = mdt("--project", tmp_path, "apply", dsn=untouched)
    assert result.returncode == 2
    assert "these are words of SQL, not names for schemas: user" in result.stderr


def test_a_ledger_of_somebody_else_is_not_ours(mdt, untouched):
    with psycopg.connect(untouched, autocommit=True) as connection:
        connection.execute(
            "create schema system; create table system._yoyo_migration"
            " (migration_hash text, migration_id text, applied_at_utc timestamp);"
            "insert into system._yoyo_migration values ('', '0001_theirs', now())"
        )
        result = mdt("apply", dsn=untouched)
        connection.execute("drop schema system cascade")
    assert result.returncode == 1
    assert "exist already and are not ours: core, system" in result.stderr


@pytest.mark.parametrize("command", ["status", "verify", "rollback", "promote"])
def test_a_database_without_the_toolkit_is_told_so(mdt, untouched, command):
    result = mdt(command, dsn=untouched)
    assert result.returncode == 1
    assert "not installed" in result.stdout + result.stderr


def refusal(root, dsn: str) -> Failure:
    """Return how apply refuses, having made sure that it changed nothing."""
    before = versions(dsn)
    with pytest.raises(Failure) as refused:
        root.apply(dsn)
    assert versions(dsn) == before
    return refused.value


def test_a_migration_without_a_rollback_file_is_refused(root, empty_dsn):
    root.migration("0003_good", "create table core.good ();", "drop table core.good;")
    root.migration("0004_bad", "create table core.bad ();", None)
    refused = refusal(root, empty_dsn)
    assert refused.message == "migrations/0004_bad.sql has no rollback file"
    assert "0004_bad.rollback.sql" in refused.hint


def test_a_migration_that_depends_on_nothing_there_is_refused(root, empty_dsn):
    root.migration("0003_bad", "create table core.bad ();", "", "-- depends: 0002_gone\n")
    assert refusal(root, empty_dsn).message == (
        "migrations/0003_bad.sql depends on 0002_gone, which is not there"
    )


def test_migrations_that_depend_on_each_other_are_refused(root, empty_dsn):
    root.migration("0003_one", "select 1;", "", "-- depends: 0004_two\n")
    root.migration("0004_two", "select 1;", "")
    assert refusal(root, empty_dsn).message == (
        "these migrations depend on each other: 0003_one, 0004_two"
    )


def test_an_unknown_word_for_transactional_is_refused(root, empty_dsn):
    root.migration("0003_bad", "select 1;", "", "-- transactional: no\n")
    assert '"transactional: no" is neither true nor false' in refusal(root, empty_dsn).message


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("commit;", '"commit" would end or begin a transaction'),
        ("\\set a 1", "psql commands are not SQL"),
        ("copy core.t from stdin;", "data cannot stand in a SQL file"),
        ("select 'it;", "a quoted string does not end"),
    ],
)
def test_what_would_break_the_transaction_is_refused_with_its_line(
    root, empty_dsn, statement, complaint
):
    root.migration("0003_bad", f"create table core.t ();\n{statement}\n", "")
    refused = refusal(root, empty_dsn)
    assert refused.message == f"migrations/0003_bad.sql:3: {complaint}"


def test_a_commit_in_an_object_is_refused_and_undoes_the_objects_before_it(root, empty_dsn):
    root.sql("core/views/a", "create view core.a as select 1 as id;")
    root.apply(empty_dsn)
    root.sql("core/views/b", "create view core.b as select 1 as id;\ncommit;")
    root.sql("core/views/a", "create view core.a as select 1 as other;")
    assert refusal(root, empty_dsn).message.startswith('sql/core/views/b.sql:2: "commit"')


def test_an_edited_migration_is_refused(root, empty_dsn):
    root.migration("0003_brand", "create table core.t ();", "drop table core.t;")
    root.apply(empty_dsn)
    path = root.folder / "migrations/0003_brand.sql"
    path.write_text(path.read_text() + "-- one more remark\n")
    root.migration("0004_more", "create table core.more ();", "")
    refused = refusal(root, empty_dsn)
    assert refused.message == ("applied migrations differ from their files: 0003_brand was edited")
    assert "0003_brand was edited" in root.verify(empty_dsn)


def test_a_migration_that_is_gone_is_refused(root, empty_dsn, mdt_there):
    root.migration("0003_brand", "create table core.t ();", "drop table core.t;")
    root.apply(empty_dsn)
    for path in (root.folder / "migrations").glob("0003_*"):
        path.unlink()
    assert "0003_brand is gone" in refusal(root, empty_dsn).message
    result = mdt_there("rollback", dsn=empty_dsn)
    assert result.returncode == 1
    assert "the files of these applied migrations are gone: 0003_brand" in result.stderr


@pytest.mark.parametrize("path", ["core/b", "core/shelves/b", "market/views/b", "core/views/x/b"])
def test_an_object_in_the_wrong_place_is_refused(root, empty_dsn, path):
    root.sql("core/views/a", "create view core.a as select 1 as id;")
    root.sql(path, "create view core.b as select 1 as id;")
    assert refusal(root, empty_dsn).message == f"sql/{path}.sql has no place"


def test_objects_that_need_each_other_are_refused(root, empty_dsn):
    root.sql("core/views/a", "create view core.a as select id from core.b;")
    root.sql("core/views/b", "create view core.b as select id from core.a;")
    refused = refusal(root, empty_dsn)
    assert refused.message.startswith("these objects need each other: sql/core/views/")


def test_an_object_that_is_not_what_its_path_says_is_refused(root, empty_dsn):
    root.apply(empty_dsn)
    root.sql("core/views/shoes", "create view core.boots as select 1 as id;")
    assert refusal(root, empty_dsn).message == "sql/core/views/shoes.sql does not make core.shoes"


# -- migrations -------------------------------------------------------------------------------


def test_a_failing_statement_is_named_with_its_line_and_nothing_of_its_file_stays(root, empty_dsn):
    root.migration("0003_good", "create table core.good ();", "drop table core.good;")
    root.migration("0004_bad", "create table core.bad ();\n\nselect nothing\nfrom core.bad;", "")
    with pytest.raises(Failure) as refused:
        root.apply(empty_dsn)
    assert refused.value.message.startswith("migrations/0004_bad.sql:4: ")
    assert refused.value.__cause__.sqlstate == "42703"
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute(
            "select to_regclass('core.good') is not null, to_regclass('core.bad') is null"
        ).fetchone() == (True, True)


def test_an_error_without_a_position_is_named_with_its_file_and_its_own_words(root, empty_dsn):
    body = "raise exception 'no room' using errcode = 'MD099', hint = 'Make some.';"
    root.migration("0003_bad", f"do $do$ begin {body} end $do$;", "")
    with pytest.raises(Failure) as refused:
        root.apply(empty_dsn)
    assert refused.value.message == "migrations/0003_bad.sql: no room (MD099)"
    assert refused.value.hint == "Make some."


def test_an_object_that_fails_is_named_with_its_line_and_no_object_changes(root, empty_dsn):
    root.sql("core/views/a", "create view core.a as select 1 as id;")
    root.apply(empty_dsn)
    root.sql("core/views/a", "create or replace view core.a as select 1 as id, 2 as more;")
    root.sql("core/views/b", "create view core.b as\nselect nothing from core.a;")
    assert refusal(root, empty_dsn).message.startswith("sql/core/views/b.sql:2: ")


def test_an_index_is_built_concurrently_outside_a_transaction(root, empty_dsn):
    root.migration("0003_table", "create table core.t (id int);", "drop table core.t;")
    root.migration(
        "0004_index",
        "create index concurrently t_id_idx on core.t (id);\ncomment on index core.t_id_idx is '';",
        "drop index concurrently core.t_id_idx;",
        "-- transactional: false\n",
    )
    root.apply(empty_dsn)
    with connections.connect(empty_dsn) as connection:
        valid = "select indisvalid from pg_index where indexrelid = to_regclass('core.t_id_idx')"
        assert connections.scalar(connection, valid) is True
        migrator = root.migrator(connection)
        last = ledger.read_migrations(root.project)[-1]
        assert migrator.rollback(last) == ["0004_index"]
        assert connections.scalar(connection, valid) is None
        assert migrator.ledger.applied_ids()[-1] == "0003_table"


def test_a_rollback_takes_back_the_last_or_down_to_the_named(root, empty_dsn, mdt_there):
    for number in (3, 4, 5):
        name = f"000{number}_t{number}"
        root.migration(name, f"create table core.t{number} ();", f"drop table core.t{number};")
    root.sql("core/views/a", "create view core.a as select 1 as id;")
    root.apply(empty_dsn)
    assert mdt_there("rollback", dsn=empty_dsn).stdout == "took back 1 migrations\n"
    status = mdt_there("status", dsn=empty_dsn)
    assert status.returncode == 1
    assert "pending  0005_t5" in status.stdout
    assert mdt_there("rollback", "--to", "0003_t3", dsn=empty_dsn).returncode == 0
    with psycopg.connect(empty_dsn) as connection:
        left = (
            "select array_agg(relname::text) from pg_class where relnamespace::regnamespace::text"
        )
        assert connection.execute(f"{left} = 'core'").fetchone() == (None,)
    unknown = mdt_there("rollback", "--to", "0003_t3", dsn=empty_dsn)
    assert unknown.returncode == 1
    assert 'migration "0003_t3" is not applied' in unknown.stderr
    assert mdt_there("rollback", "--all", "--to", "0003_t3", dsn=empty_dsn).returncode == 2


def test_a_rollback_that_refuses_keeps_its_migration_applied(root, empty_dsn):
    root.migration(
        "0003_data", "create table core.t ();", "do $$ begin raise 'it cannot be undone'; end $$;"
    )
    root.apply(empty_dsn)
    with connections.connect(empty_dsn) as connection:
        migrator = root.migrator(connection)
        with pytest.raises(Failure, match="it cannot be undone"):
            migrator.rollback(None)
        assert migrator.ledger.applied_ids()[-1] == "0003_data"
        assert connections.scalar(connection, "select to_regclass('core.t') is not null")


def test_a_template_is_applied_as_it_is_rendered(root, empty_dsn):
    root.write("mdt.toml", '[variables]\nname = "shoe size"\n')
    root.migration(
        "0003_table",
        "create table core.{{ name | identifier }} ();",
        "drop table core.x;",
        "-- template: jinja\n",
    )
    root.apply(empty_dsn)
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("select to_regclass('core.\"shoe size\"')").fetchone()[0]


# -- objects ----------------------------------------------------------------------------------


def signatures(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        return [
            row[0]
            for row in connection.execute(
                "select oid::regprocedure::text from pg_proc"
                " where pronamespace = 'core'::regnamespace order by 1"
            )
        ]


def columns(dsn: str, name: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "select attname::text from pg_attribute where attrelid = to_regclass(%s)"
            " and attnum > 0 order by attnum",
            [name],
        )
        return [row[0] for row in found]


def function(arguments: str, result: str = "int", value: str = "1") -> str:
    return (
        f"create or replace function core.f({arguments}) returns {result} language sql"
        f" set search_path = pg_catalog, pg_temp as $f$ select {value}; $f$;"
    )


def test_other_arguments_replace_the_function_instead_of_adding_one(root, empty_dsn):
    root.sql("core/functions/f", function("a int"))
    root.apply(empty_dsn)
    root.sql("core/functions/f", function("a int, b text default ''"))
    root.sql("core/views/v", "create view core.v as select core.f(1) as id;")
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == ["core.f(integer,text)"]
    root.sql("core/functions/f", function("a bigint"))
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == ["core.f(bigint)"]
    assert columns(empty_dsn, "core.v") == ["id"]


def test_several_functions_of_one_file_are_all_kept_and_all_removed(root, empty_dsn):
    root.sql("core/functions/f", function("a int") + function("a text"))
    root.apply(empty_dsn)
    root.sql("core/functions/f", function("a int", value="2") + function("a text"))
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == ["core.f(integer)", "core.f(text)"]
    root.remove("core/functions/f")
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == []


@pytest.mark.parametrize(
    "new", [function("a int", "bigint"), function("b int"), function("a int", "table (x int)")]
)
def test_a_result_or_a_parameter_name_changes_although_a_view_is_built_on_it(root, empty_dsn, new):
    root.sql("core/functions/f", function("a int"))
    root.sql("core/views/v", "create view core.v as select core.f(1) as id;")
    root.apply(empty_dsn)
    root.sql("core/functions/f", new)
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == ["core.f(integer)"]
    assert columns(empty_dsn, "core.v") == ["id"]
    assert root.verify(empty_dsn) == []


def test_columns_of_a_view_change_under_the_views_and_grants_that_use_it(root, empty_dsn):
    root.sql("core/views/a", "create or replace view core.a as select 1 as id, 2 as old;")
    root.sql("core/views/b", "create or replace view core.b as select id from core.a;")
    root.sql(
        "core/matviews/c",
        "drop materialized view if exists core.c;\n"
        "create materialized view core.c as select id from core.b;\n"
        "create unique index c_key on core.c (id);",
    )
    root.sql("core/grants/readers", "grant select on core.a to public;")
    root.apply(empty_dsn)
    root.sql("core/views/a", "create or replace view core.a as select 2 as new, 1 as id;")
    root.apply(empty_dsn)
    assert columns(empty_dsn, "core.a") == ["new", "id"]
    assert columns(empty_dsn, "core.c") == ["id"]
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute(
            "select has_table_privilege('public', 'core.a', 'select'),"
            " to_regclass('core.c_key') is not null"
        ).fetchone() == (True, True)
    root.sql(
        "core/matviews/c",
        "drop materialized view if exists core.c;\n"
        "create materialized view core.c as select id as number from core.b;",
    )
    root.apply(empty_dsn)
    assert columns(empty_dsn, "core.c") == ["number"]
    assert root.verify(empty_dsn) == []


def test_what_somebody_else_built_on_an_object_is_named_and_not_dropped(root, empty_dsn):
    root.sql("core/views/a", "create or replace view core.a as select 1 as id, 2 as old;")
    root.apply(empty_dsn)
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute("create view public.theirs as select * from core.a")
    root.sql("core/views/a", "create or replace view core.a as select 1 as id;")
    before = versions(empty_dsn)
    with pytest.raises(Failure) as refused:
        root.apply(empty_dsn)
    assert refused.value.message == "view public.theirs cannot be made again"
    # How a column is called differs between versions of the server.
    assert re.fullmatch(
        r'It is built on what changes, and is not ours. Column (a\.old|"old") does not exist.',
        refused.value.detail,
    )
    assert versions(empty_dsn) == before


def test_a_removed_file_removes_its_object_and_no_other(root, empty_dsn):
    root.migration("0003_table", "create table core.t (id int);", "drop table core.t;")
    root.sql("core/functions/f", function("a int"))
    root.sql("core/functions/g", function("a int").replace("core.f", "core.g"))
    root.sql(
        "core/functions/stamp",
        "create or replace function core.stamp() returns trigger language plpgsql"
        " as $f$ begin return new; end; $f$;",
    )
    root.sql(
        "core/triggers/stamp",
        "create or replace trigger stamp before insert on core.t"
        " for each row execute function core.stamp();",
    )
    root.sql("core/views/v", "create or replace view core.v as select core.f(1) as id;")
    root.sql("core/matviews/m", "create materialized view core.m as select id from core.v;")
    root.sql("core/policies/p", "create policy p on core.t using (true);")
    root.apply(empty_dsn)
    for path in ("functions/g", "triggers/stamp", "matviews/m", "policies/p"):
        root.remove(f"core/{path}")
    plan = root.apply(empty_dsn)
    assert len(plan.removed) == 4
    assert signatures(empty_dsn) == ["core.f(integer)", "core.stamp()"]
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute(
            "select (select count(*) from pg_trigger where tgname = 'stamp'),"
            " (select count(*) from pg_policy), to_regclass('core.m'), to_regclass('core.v')::text"
        ).fetchone() == (0, 0, None, "core.v")
    assert root.verify(empty_dsn) == []


def test_an_object_goes_once_nothing_is_built_on_it_any_more(root, empty_dsn):
    root.sql("core/views/a", "create or replace view core.a as select 1 as id;")
    root.sql("core/views/b", "create or replace view core.b as select id from core.a;")
    root.apply(empty_dsn)
    root.remove("core/views/a")
    root.sql("core/views/b", "create or replace view core.b as select 1 as id;")
    root.apply(empty_dsn)
    assert columns(empty_dsn, "core.a") == []
    assert columns(empty_dsn, "core.b") == ["id"]


def test_a_view_becomes_a_materialized_view(root, empty_dsn):
    root.sql("core/views/a", "create or replace view core.a as select 1 as id;")
    root.apply(empty_dsn)
    root.remove("core/views/a")
    root.sql("core/matviews/a", "create materialized view core.a as select 1 as id;")
    root.apply(empty_dsn)
    with psycopg.connect(empty_dsn) as connection:
        query = "select relkind::text from pg_class where oid = 'core.a'::regclass"
        assert connection.execute(query).fetchone() == ("m",)


def test_a_trigger_comes_after_the_function_of_its_name_however_much_that_needs(root, empty_dsn):
    root.migration("0003_table", "create table core.t (id int);", "drop table core.t;")
    root.sql("core/views/z", "create view core.z as select 1 as id;")
    root.sql(
        "core/functions/stamp",
        "create function core.stamp() returns trigger language plpgsql as $f$ begin return new;"
        " end; $f$;\ncomment on function core.stamp() is 'See core.z.';",
    )
    root.sql(
        "core/triggers/stamp",
        "create trigger stamp before insert on core.t for each row execute function core.stamp();",
    )
    root.apply(empty_dsn)
    assert root.verify(empty_dsn) == []


def test_objects_are_removed_in_the_order_of_their_latest_needs(root, empty_dsn):
    root.sql("core/views/y", "create or replace view core.y as select 1 as id;")
    root.sql("core/views/z", "create or replace view core.z as select id from core.y;")
    root.apply(empty_dsn)
    for name in "abcd":
        root.sql(f"core/views/{name}", f"create view core.{name} as select 1 as id;")
    root.sql("core/views/y", "create or replace view core.y as select id from core.a;")
    root.apply(empty_dsn)
    with connections.connect(empty_dsn) as connection:
        root.migrator(connection).rollback(None)
        assert installations.installations(connection) == []


def test_verify_names_everything_that_differs(root, empty_dsn):
    root.migration("0003_table", "create table core.t ();", "drop table core.t;")
    root.sql("core/functions/f", function("a int"))
    root.sql("core/views/v", "create view core.v as select 1 as id;")
    root.sql("core/views/w", "create view core.w as select 1 as id;")
    root.apply(empty_dsn)
    assert root.verify(empty_dsn) == []
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute("drop function core.f; drop view core.v")
    root.sql("core/views/w", "create or replace view core.w as select 2 as id;")
    root.sql("core/views/x", "create view core.x as select 1 as id;")
    root.migration("0004_more", "create table core.more ();", "")
    assert root.verify(empty_dsn) == [
        "0004_more is not applied",
        "sql/core/views/x.sql is not applied",
        "sql/core/views/w.sql is applied in another version",
        "sql/core/functions/f.sql is recorded as applied, but is not in the database",
        "sql/core/views/v.sql is recorded as applied, but is not in the database",
    ]


def test_verify_runs_the_verify_script_of_each_migration_without_writing(root, empty_dsn):
    root.migration("0003_table", "create table core.t ();", "drop table core.t;")
    root.apply(empty_dsn)
    root.write("migrations/verify/0003_table.sql", "select 'core.gone'::regclass;")
    assert root.verify(empty_dsn) == ['0003_table: relation "core.gone" does not exist']
    root.write("migrations/verify/0003_table.sql", "create table core.u ();")
    assert root.verify(empty_dsn) == [
        "0003_table: cannot execute CREATE TABLE in a read-only transaction"
    ]
    (root.folder / "migrations/verify/0003_table.sql").unlink()
    assert root.verify(empty_dsn) == ["0003_table has no verify script"]


def test_a_new_template_variable_is_a_change_of_the_objects_that_use_it(root, empty_dsn):
    root.write("mdt.toml", "[variables]\nlimit = 7\n")
    root.sql(
        "core/views/a",
        "-- template: jinja\ncreate or replace view core.a as select {{ limit }} as id;",
    )
    root.apply(empty_dsn)
    root.write("mdt.toml", "[variables]\nlimit = 8\n")
    assert [item.path for item in root.apply(empty_dsn).changed] == ["core/views/a.sql"]
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("select id from core.a").fetchone() == (8,)
