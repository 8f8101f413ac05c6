"""Files without a transaction: what is done stays, what was interrupted is mended, once each."""

import psycopg
import pytest

from toolkit import blockers, concurrently, lexer
from toolkit import db as connections
from toolkit.errors import Failure
from toolkit.project import sha256

OUTSIDE = "-- transactional: false\n"
INDEX = "create index concurrently t_id_idx on core.t (id);"


class Database:
    """The database of a test, looked at from outside."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def value(self, query: str, *values: object) -> object:
        row = self.connection.execute(query, values or None).fetchone()
        return row[0] if row else None

    def indexes(self, table: str = "core.t") -> dict[str, bool]:
        """Return each index of a table, and whether it is valid."""
        query = (
            "select indexrelid::regclass::text, indisvalid from pg_index"
            " where indrelid = %s::regclass order by 1"
        )
        return dict(self.connection.execute(query, [table]).fetchall())

    def notes(self) -> list[tuple[object, ...]]:
        """Return what the table of notes says."""
        query = (
            "select migration_id, direction, statement_number, finished_at is not null"
            " from system.migration_progress order by 1, 2, 3"
        )
        return self.connection.execute(query).fetchall()

    def begin(self, migration: str, number: int, statement: str) -> None:
        """Leave the note that is there while a statement runs, and after a kill."""
        self.connection.execute(
            "insert into system.migration_progress (migration_id, direction, statement_number,"
            " statement_sha256) values (%s, 'apply', %s, %s)",
            [migration, number, sha256(statement)],
        )

    def interrupt(self, index: str) -> None:
        """Leave an index as CREATE INDEX CONCURRENTLY does that is killed on its way."""
        self.connection.execute(
            "update pg_index set indisvalid = false, indisready = false"
            " where indexrelid = %s::regclass",
            [index],
        )


@pytest.fixture
def there(root, empty_dsn):
    """Apply a first migration that makes core.t; return the database."""
    root.migration("0003_table", "create table core.t (id int);", "drop table core.t;")
    root.apply(empty_dsn)
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        yield Database(connection)


def applying(root, dsn: str, said: list[str] | None = None) -> None:
    with connections.connect(dsn) as connection:
        root.migrator(connection, (said if said is not None else []).append).apply()


# -- statement by statement -------------------------------------------------------------------


FIVE = """insert into core.t values (1);
create index concurrently t_id_idx on core.t (id);

select 1 / (select count(*) - count(*) from core.t);
insert into core.t values (4);
vacuum core.t;"""


def test_a_statement_that_fails_in_the_midst_is_named_and_the_next_run_goes_on_there(
    root, empty_dsn, there, mdt_there
):
    root.migration("0004_five", FIVE, "", OUTSIDE)
    result = mdt_there("apply", dsn=empty_dsn)
    assert result.returncode == 1
    message, detail, hint = result.stderr.splitlines()[-3:]
    assert message == (
        "Error: migrations/0004_five.sql: statement 3 of 5 failed: division by zero (22012)"
    )
    assert detail == "Statements 1 and 2 are done and stay."
    assert hint == "The next run goes on at this statement."
    assert there.notes() == [
        ("0004_five", "apply", 1, True),
        ("0004_five", "apply", 2, True),
    ]
    root.write("migrations/0004_five.sql", OUTSIDE + FIVE.replace("1 /", "1 +"))
    result = mdt_there("apply", dsn=empty_dsn)
    assert result.returncode == 0, result.stderr
    assert "migrations/0004_five.sql: goes on at statement 3 of 5" in result.stderr
    assert there.value("select array_agg(id order by id) from core.t") == [1, 4]
    assert there.indexes() == {"core.t_id_idx": True}
    assert there.notes() == []
    assert mdt_there("apply", dsn=empty_dsn).stdout == "nothing to do\n"


def test_a_statement_that_was_changed_after_it_was_done_is_refused(root, empty_dsn, there):
    root.migration("0004_five", FIVE, "", OUTSIDE)
    with pytest.raises(Failure):
        root.apply(empty_dsn)
    path = "migrations/0004_five.sql"
    root.write(path, OUTSIDE + FIVE.replace("values (1)", "values (7)"))
    with pytest.raises(Failure, match="statement 1 was changed after it was done") as refused:
        root.apply(empty_dsn)
    forget = refused.value.hint.split("'delete ")[1].removesuffix("'.")
    there.connection.execute(f"delete {forget}")
    root.write(path, OUTSIDE + "insert into core.t values (7);")
    root.apply(empty_dsn)
    assert there.value("select array_agg(id order by id) from core.t") == [1, 7]


def test_an_error_names_the_line_of_the_file_and_not_of_the_statement(root, empty_dsn, there):
    root.migration("0004_typo", "select 1;\n\nselect\n    nothing;", "", OUTSIDE)
    with pytest.raises(Failure, match=r"migrations/0004_typo\.sql:6: column"):
        root.apply(empty_dsn)


def test_what_commits_by_itself_runs_outside_a_transaction(root, empty_dsn, there):
    batches = """do $$
    begin
        for number in 1..3 loop
            insert into core.t values (number);
            commit;
        end loop;
    end $$;"""
    root.migration("0004_batches", batches, "", OUTSIDE)
    root.apply(empty_dsn)
    assert there.value("select array_agg(id order by id) from core.t") == [1, 2, 3]


def test_a_setting_of_the_session_is_made_again_where_a_run_goes_on(root, empty_dsn, there):
    setting = "set work_mem = '7MB';\n"
    root.migration("0004_set", f"{setting}select 1 / 0;", "", OUTSIDE)
    with pytest.raises(Failure, match="division by zero"):
        root.apply(empty_dsn)
    root.write(
        "migrations/0004_set.sql",
        f"{OUTSIDE}{setting}alter table core.t add column memory text"
        " default current_setting('work_mem'); insert into core.t values (1);",
    )
    root.apply(empty_dsn)
    assert there.value("select memory from core.t") == "7MB"


def test_a_rollback_goes_on_where_it_failed(root, empty_dsn, there, mdt_there):
    root.migration("0004_index", INDEX, "drop index concurrently core.t_id_idx;\nselect 1 / 0;",
                   OUTSIDE)  # fmt: skip
    root.apply(empty_dsn)
    result = mdt_there("rollback", dsn=empty_dsn)
    assert "migrations/0004_index.rollback.sql: statement 2 of 2 failed: division" in result.stderr
    assert "Statement 1 is done and stays." in result.stderr
    assert there.indexes() == {}
    result = mdt_there("apply", dsn=empty_dsn)
    assert result.returncode == 1
    assert "the rollback of 0004_index was interrupted" in result.stderr
    root.write("migrations/0004_index.rollback.sql", "drop index concurrently core.t_id_idx;")
    result = mdt_there("rollback", dsn=empty_dsn)
    assert result.stdout == "took back 1 migrations\n", result.stderr
    assert there.notes() == []


def test_a_rollback_is_refused_while_an_apply_is_half_done(root, empty_dsn, there, mdt_there):
    root.migration("0004_five", FIVE, "", OUTSIDE)
    with pytest.raises(Failure):
        root.apply(empty_dsn)
    result = mdt_there("rollback", dsn=empty_dsn)
    assert result.returncode == 1
    assert "the apply of 0004_five was interrupted" in result.stderr
    assert "'mdt apply'" in result.stderr
    status = mdt_there("status", dsn=empty_dsn)
    assert status.returncode == 1
    assert "half done 0004_five: " in status.stdout


# -- indexes ----------------------------------------------------------------------------------


def test_an_index_that_was_never_finished_is_dropped_and_built(root, empty_dsn, there):
    there.connection.execute(INDEX)
    there.interrupt("core.t_id_idx")
    root.migration("0004_index", INDEX, "", OUTSIDE)
    said = []
    applying(root, empty_dsn, said)
    assert "dropping index core.t_id_idx, which was never finished" in said
    assert there.indexes() == {"core.t_id_idx": True}


def test_if_not_exists_does_not_hide_that_an_index_was_never_finished(root, empty_dsn, there):
    there.connection.execute(INDEX)
    there.interrupt("core.t_id_idx")
    root.migration("0004_index", INDEX.replace("y t", "y if not exists t"), "", OUTSIDE)
    root.apply(empty_dsn)
    assert there.indexes() == {"core.t_id_idx": True}


def test_an_index_of_that_name_on_another_table_is_left_alone(root, empty_dsn, there):
    there.connection.execute("create schema other; create table other.t (id int)")
    there.connection.execute("create index t_id_idx on other.t (id)")
    there.interrupt("other.t_id_idx")
    root.migration("0004_index", INDEX, "", OUTSIDE)
    root.apply(empty_dsn)
    assert there.indexes() == {"core.t_id_idx": True}
    assert there.indexes("other.t") == {"other.t_id_idx": False}


def test_a_unique_index_that_cannot_be_built_leaves_nothing_behind(root, empty_dsn, there):
    there.connection.execute("insert into core.t values (1), (1)")
    root.migration(
        "0004_key", 'create unique index concurrently "t_Id_key" on core.t (id);', "", OUTSIDE
    )
    with pytest.raises(Failure, match="statement 1 of 1 failed") as refused:
        root.apply(empty_dsn)
    assert refused.value.__cause__.sqlstate == "23505"
    assert there.indexes() == {}
    there.connection.execute("truncate core.t")
    root.apply(empty_dsn)
    assert there.indexes() == {'core."t_Id_key"': True}


@pytest.mark.parametrize(
    "statement",
    [
        INDEX,
        "create unique index concurrently t_id_idx on only core.t using btree (id desc) "
        "include (id) nulls not distinct with (fillfactor = 70) where id > 5;",
        'create index concurrently if not exists "t_id_idx" on core . "t" ((id + 1), id);',
        "create index concurrently on core.t using hash (id);",
        "CREATE INDEX CONCURRENTLY t_id_idx /* on */ ON core.t (abs(id)) -- where\n;",
    ],
)
def test_an_index_that_was_built_but_not_noted_is_accepted(root, empty_dsn, there, statement):
    """Killed between the end of the build and the note: once more would fail or build twice."""
    root.migration("0004_index", statement, "", OUTSIDE)
    root.apply(empty_dsn)
    before = there.value("select oid from pg_class where relname like 't_%%idx'")
    assert before
    there.connection.execute(
        "delete from system._yoyo_migration where migration_id = '0004_index';"
        "delete from system.applied_migrations where migration_id = '0004_index'"
    )
    there.begin("0004_index", 1, lexer.split(statement)[0][1])
    said = []
    applying(root, empty_dsn, said)
    assert any("is there already, valid and as it is wanted" in line for line in said)
    assert there.value("select array_agg(oid) from pg_class where relname like 't_%%idx%%'") == [
        before
    ]


@pytest.mark.parametrize(
    "other",
    [
        "create unique index t_id_idx on core.t (id)",
        "create index t_id_idx on core.t (id desc)",
        "create index t_id_idx on core.t (id) where id > 0",
        "create index t_id_idx on core.t using hash (id)",
    ],
)
@pytest.mark.parametrize("words", ["", "if not exists "])
def test_a_valid_index_of_another_definition_is_refused(root, empty_dsn, there, other, words):
    there.connection.execute(other)
    root.migration("0004_index", INDEX.replace("y t", f"y {words}t"), "", OUTSIDE)
    with pytest.raises(Failure, match=r"index core.t_id_idx exists with another definition"):
        root.apply(empty_dsn)
    assert there.indexes() == {"core.t_id_idx": True}


def test_a_dropped_index_whose_drop_was_not_noted_is_no_error(root, empty_dsn, there):
    statement = "drop index concurrently core.t_id_idx;"
    root.migration("0004_drop", statement, "", OUTSIDE)
    there.begin("0004_drop", 1, statement)
    said = []
    applying(root, empty_dsn, said)
    assert "index core.t_id_idx is dropped already" in said


def test_an_index_that_never_was_cannot_be_dropped_however_often_it_is_tried(
    root, empty_dsn, there
):
    root.migration("0004_drop", "drop index concurrently core.t_id_idx;", "", OUTSIDE)
    for _ in range(2):
        with pytest.raises(Failure, match="does not exist"):
            root.apply(empty_dsn)


def test_a_name_that_something_else_has_is_not_hidden_by_if_not_exists(root, empty_dsn, there):
    there.connection.execute("create table core.t_id_idx ()")
    root.migration("0004_index", INDEX.replace("y t", "y if not exists t"), "", OUTSIDE)
    with pytest.raises(Failure, match=r"index core.t_id_idx is not there"):
        root.apply(empty_dsn)


@pytest.mark.parametrize(
    "statement", ["reindex index concurrently core.t_id_idx;", "reindex table concurrently core.t;"]
)
def test_what_an_interrupted_reindex_left_is_dropped(root, empty_dsn, there, statement):
    there.connection.execute(INDEX)
    for name in ("t_id_idx_ccnew", "t_id_idx_ccold1"):
        there.connection.execute(f"create index {name} on core.t (id)")
        there.interrupt(f"core.{name}")
    there.connection.execute("create index t_kept_ccnew on core.t (id)")
    root.migration("0004_reindex", statement, "", OUTSIDE)
    root.apply(empty_dsn)
    assert there.indexes() == {"core.t_id_idx": True, "core.t_kept_ccnew": True}


def test_a_detached_partition_that_was_left_pending_is_finished(root, empty_dsn, there):
    there.connection.execute(
        "create table core.p (id int) partition by range (id);"
        "create table core.p1 partition of core.p for values from (1) to (10)"
    )
    there.connection.execute(
        "update pg_inherits set inhdetachpending = true where inhrelid = 'core.p1'::regclass"
    )
    root.migration(
        "0004_detach", "alter table core.p detach partition core.p1 concurrently;", "", OUTSIDE
    )
    said = []
    applying(root, empty_dsn, said)
    assert "finishing to detach core.p1, which was interrupted" in said
    assert there.value("select relispartition from pg_class where oid = 'core.p1'::regclass") is (
        False
    )


def test_a_build_waits_longer_than_statements_that_others_wait_behind(root, empty_dsn, there):
    """Given up, it would have to begin anew; and while it waits, nobody waits for it."""
    root.write("mdt.toml", '[locks]\nlock_timeout = "20ms"\npause = "1h"\ntries = 1\n')
    root.migration("0004_index", INDEX, "", OUTSIDE)
    said = []
    with psycopg.connect(empty_dsn, application_name="writer") as writer:
        writer.execute("insert into core.t values (1)")

        def say(text: str) -> None:
            said.append(text)
            if text.startswith("waiting for process"):
                writer.rollback()

        with connections.connect(empty_dsn) as connection:
            root.migrator(connection, say).apply()
    assert "(writer, role postgres, idle in transaction" in said[0]
    assert there.indexes() == {"core.t_id_idx": True}


def test_the_time_limit_of_a_role_does_not_end_a_build(root, there, empty_dsn):
    name = there.connection.info.dbname
    there.connection.execute("insert into core.t select generate_series(1, 3)")
    there.connection.execute(
        "create function core.slow(int) returns int immutable language plpgsql"
        " as $$ begin perform pg_sleep(0.1); return $1; end $$"
    )
    there.connection.execute(f'alter database "{name}" set statement_timeout = "200ms"')
    root.migration("0004_index", INDEX.replace("(id)", "(core.slow(id))"), "", OUTSIDE)
    root.apply(empty_dsn)
    assert there.indexes() == {"core.t_id_idx": True}


def test_a_long_build_says_how_far_it_is(root, there, empty_dsn, monkeypatch):
    monkeypatch.setattr(blockers, "FIRST_LOOK", 0.05)
    monkeypatch.setattr(blockers, "PROGRESS_AFTER", 0)
    there.connection.execute(
        "insert into core.t select generate_series(1, 10);"
        "create function core.slow(int) returns int immutable language plpgsql"
        " as $$ begin perform pg_sleep(0.1); return $1; end $$"
    )
    root.migration("0004_index", INDEX.replace("(id)", "(core.slow(id))"), "", OUTSIDE)
    said = []
    applying(root, empty_dsn, said)
    assert any(line.startswith("building index: ") for line in said), said


def test_the_last_part_of_a_name_is_read_as_the_server_does():
    assert concurrently.plain('A."B c".T') == "t"
    assert concurrently.plain('a."B ""c"') == 'B "c'
