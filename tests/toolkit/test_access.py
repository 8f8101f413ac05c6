"""Roles around apply and rollback: with and without the right to make them, beside each other."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

Db = psycopg.Connection[tuple[Any, ...]]
ROLES = {"app", "auditor", "migrator", "owner", "readonly", "worker"}


@pytest.fixture
def prefix(cluster) -> Iterator[Callable[[], str]]:
    """Return a function that thinks of a prefix that no role has; its roles go in the end."""
    given = []

    def think() -> str:
        given.append(f"test_{secrets.token_hex(4)}_")
        return given[-1]

    yield think
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:
        for one in given:
            for role in roles(server, one):
                _let_go(cluster, server, one + role)
                server.execute(sql.SQL("drop role {}").format(sql.Identifier(one + role)))


def _let_go(cluster: Any, server: Db, role: str) -> None:
    """Take from a role what it has, in every database where it has something."""
    databases = server.execute(
        "select datname from pg_database inner join pg_shdepend on dbid in (oid, 0)"
        " where refobjid = %s::regrole and datallowconn group by 1",
        [role],
    ).fetchall()
    for (database,) in databases:
        # That of another test may go at this moment, and the rights in it with it.
        gone = psycopg.errors.OperationalError
        with (
            contextlib.suppress(gone),
            psycopg.connect(cluster.dsn(database), autocommit=True) as there,
        ):
            there.execute(
                sql.SQL("reassign owned by {0} to postgres; drop owned by {0} cascade").format(
                    sql.Identifier(role)
                )
            )


def roles(db: Db, prefix: str) -> set[str]:
    rows = db.execute(
        "select substr(rolname, %s) from pg_roles where starts_with(rolname, %s)",
        [len(prefix) + 1, prefix],
    ).fetchall()
    return {row[0] for row in rows}


def folder(path: Path, prefix: str) -> Path:
    """Make a folder whose mdt.toml names a prefix."""
    path.mkdir()
    (path / "mdt.toml").write_text(f'[roles]\nprefix = "{prefix}"\n')
    return path


def as_role(dsn: str, role: str) -> str:
    return dsn.replace("postgres@", f"{role}@")


def test_two_installations_of_one_cluster_leave_each_others_roles_alone(
    mdt, db, dsn, empty_dsn, empty_db, prefix, tmp_path
) -> None:
    """The second one is installed by its database's owner, who may make roles; the first was by a
    superuser, and has others."""
    name = prefix()
    owner = f"{prefix()}dba"
    ident = sql.Identifier(owner)
    database = sql.Identifier(empty_db.info.dbname)
    empty_db.execute(
        sql.SQL(
            "create role {} login createrole; alter database {} owner to {};"
            "create schema partman; create extension pg_partman with schema partman;"
            "grant usage, create on schema partman to {};"
            "grant all on all tables in schema partman to {};"
            "grant execute on all functions in schema partman to {}"
        ).format(ident, database, ident, ident, ident, ident)
    )
    theirs = as_role(empty_dsn, owner)
    here = folder(tmp_path / "second", name)
    done = mdt("apply", dsn=theirs, cwd=here)
    assert done.returncode == 0, done.stderr
    assert roles(empty_db, name) == ROLES
    app = empty_db.execute(
        "select has_table_privilege(%s, 'products.inventory', 'select'),"
        " has_table_privilege('mdt_app', 'products.inventory', 'select')",
        [name + "app"],
    ).fetchone()
    assert app == (True, False)

    # Rows of users, with the policies forced on the owner, who is no superuser.
    with psycopg.connect(theirs, autocommit=True) as connection:
        connection.execute(
            "insert into auth.users (email) values ('a@example.com'), ('b@example.com');"
            "insert into products.products (name, slug) values ('Shoe', 'a-shoe');"
            "insert into products.inventory (owner_id, product_id, currency)"
            " select u.id, p.id, 'EUR' from auth.users as u cross join products.products as p"
        )
        count = "select count(*) from products.inventory"
        assert connection.execute(count).fetchone() == (2,)
        connection.execute(
            "select set_config('mdt.user_id', id::text, false) from auth.users limit 1"
        )
        assert connection.execute(count).fetchone() == (1,)
        connection.execute("reset mdt.user_id")
        key = connection.execute(
            "select auth.create_api_key(id, 'k', '{}') from auth.users order by email limit 1"
        ).fetchone()
    with psycopg.connect(as_role(empty_dsn, name + "app"), autocommit=True) as connection:
        with connection.transaction():
            answer = connection.execute(
                "select is_allowed from auth.use_api_key(%s)", key
            ).fetchone()
            assert answer == (True,)
            assert connection.execute(count).fetchone() == (1,)
        assert connection.execute(count).fetchone() == (0,)
        assert connection.execute("show statement_timeout").fetchone() == ("30s",)

    # Another prefix: the old roles lose everything.
    other = prefix()
    (here / "mdt.toml").write_text(f'[roles]\nprefix = "{other}"\n')
    done = mdt("apply", dsn=theirs, cwd=here)
    assert done.returncode == 0, done.stderr
    assert "roles and policies: " in done.stderr
    rights = "select has_schema_privilege(%s, 'products', 'usage')"
    assert empty_db.execute(rights, [name + "app"]).fetchone() == (False,)
    assert empty_db.execute(rights, [other + "app"]).fetchone() == (True,)
    assert mdt("apply", dsn=theirs, cwd=here).stdout == "nothing to do\n"
    assert mdt("verify", dsn=theirs, cwd=here).returncode == 0

    # What nothing uses goes with a superuser's rollback; what is used elsewhere stays.
    done = mdt("rollback", "--all", "--backup-confirmed", dsn=empty_dsn, cwd=here)
    assert done.returncode == 0, done.stderr
    assert roles(empty_db, other) == set()
    assert roles(db, "mdt_") >= ROLES
    assert db.execute(rights, ["mdt_app"]).fetchone() == (True,)


def test_an_owner_who_may_not_make_roles_is_told_what_is_missing(
    mdt, dsn, db, cluster, prefix, tmp_path
) -> None:
    name = prefix()
    here = folder(tmp_path / "project", name)
    owner = f"{name}dba"
    db.execute(sql.SQL("create role {} login").format(sql.Identifier(owner)))
    database = sql.Identifier(db.info.dbname)
    db.execute(sql.SQL("alter database {} owner to {}").format(database, sql.Identifier(owner)))
    db.execute("select system.change_owner(%s)", [owner])
    theirs = as_role(dsn, owner)
    done = mdt("apply", dsn=theirs, cwd=here)
    assert done.returncode == 0, done.stderr
    assert f"no roles {name}app, {name}auditor, " in done.stderr
    missing = [row[0] for row in db.execute("select statement from system.access_drift()")]
    assert len([text for text in missing if text.startswith("create role")]) == len(ROLES)
    for statement in missing:
        db.execute(statement)
    done = mdt("apply", dsn=theirs, cwd=here)
    assert done.returncode == 0, done.stderr
    assert "1 rights need more than" in done.stderr
    db.execute(f"grant pg_monitor to {name}auditor")
    assert db.execute("select statement from system.access_drift()").fetchall() == []


def test_the_roles_do_their_work_from_the_command_line(mdt, dsn, db) -> None:
    auditor, worker = as_role(dsn, "mdt_auditor"), as_role(dsn, "mdt_worker")
    for words in (["health", "--fail-on", "error"], ["verify"], ["status"], ["audit"]):
        done = mdt(*words, dsn=auditor)
        assert done.returncode in (0, 1), f"{words}: {done.stderr}"
        assert "permission denied" not in done.stderr + done.stdout, words
    refused = mdt("flag", "set", "new", "on", dsn=auditor)
    assert refused.returncode == 1
    db.execute("select sync.seed_registry()")
    db.execute("select sync.enqueue('quote', '{AAPL}')")
    with psycopg.connect(worker, autocommit=True) as connection:
        receipt = connection.execute(
            "select receipt, data_type from sync.get_queue_batch('w')"
        ).fetchone()
        assert receipt
        answer = connection.execute(
            "select sync.record_response(%s, 200, %s)",
            [receipt[0], '[{"symbol": "AAPL", "price": 1.5, "timestamp": 1700000000}]'],
        ).fetchone()
        assert answer
    done = mdt("sync", "worker", "--until-idle", dsn=worker)
    assert done.returncode == 0, done.stderr


def test_all_can_belong_to_a_role_that_nobody_logs_in_as(mdt, dsn, db) -> None:
    assert db.execute("select system.change_owner('mdt_owner') > 500").fetchone() == (True,)
    partman = db.execute(
        "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_partman'"
    ).fetchone()[0]
    db.execute(
        f"grant usage, create on schema {partman} to mdt_owner;"
        f"grant all on all tables in schema {partman} to mdt_owner;"
        f"grant execute on all functions in schema {partman} to mdt_owner"
    )
    migrator = as_role(dsn, "mdt_migrator")
    assert mdt("apply", dsn=migrator).stdout == "nothing to do\n"
    verified = mdt("verify", dsn=migrator)
    assert verified.returncode == 0, verified.stdout
    with psycopg.connect(migrator, autocommit=True) as connection:
        assert connection.execute("select current_user").fetchone() == ("mdt_owner",)
        connection.execute("select system.enable_audit('core.tags')")
        kept = connection.execute("select system.maintain_partitions()").fetchone()[0]
        assert "failed" not in kept
        connection.execute("insert into auth.users (email) values ('a@example.com')")
        key = connection.execute(
            "select auth.create_api_key(id, 'k', '{}') from auth.users"
        ).fetchone()
    with psycopg.connect(as_role(dsn, "mdt_app"), autocommit=True) as connection:
        query = "select is_allowed from auth.use_api_key(%s)"
        assert connection.execute(query, key).fetchone() == (True,)


@pytest.mark.parametrize("prefix_", ["pg_x", "Shop", "", 3, "a" * 41])
def test_a_prefix_that_cannot_begin_a_role_is_misuse(mdt, shared_dsn, tmp_path, prefix_) -> None:
    text = f'"{prefix_}"' if isinstance(prefix_, str) else prefix_
    (tmp_path / "mdt.toml").write_text(f"[roles]\nprefix = {text}\n")
    done = mdt("apply", dsn=shared_dsn, cwd=tmp_path)
    assert done.returncode == 2
    assert "[roles] prefix in mdt.toml" in done.stderr
