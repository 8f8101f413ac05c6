"""The same generated migrations in the form of each tool that is measured."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

BIG_STATEMENTS = 20_000


class Generated(NamedTuple):
    """One migration: a table, two indexes, a trigger function and a comment."""

    id: str
    up: str
    down: str
    verify: str


def migrations(count: int, schema: str = "bench") -> list[Generated]:
    """Return that many migrations, equal but for their names."""
    return [_one(number, schema) for number in range(1, count + 1)]


def _one(number: int, schema: str) -> Generated:
    table = f"{schema}.orders_{number:04d}"
    up = dedent(f"""\
        create table {table} (
            id bigint generated always as identity,
            account_id bigint not null,
            email text not null,
            status text not null default 'new',
            amount_cents bigint not null default 0,
            created_at timestamptz not null default now(),
            updated_at timestamptz,
            constraint orders_{number:04d}_pkey primary key (id),
            constraint orders_{number:04d}_status_is_known
            check (status in ('new', 'active', 'gone'))
        );

        create index orders_{number:04d}_account_idx on {table} (account_id, created_at);

        create unique index orders_{number:04d}_email_key on {table} (lower(email));

        create function {schema}.touch_{number:04d}() returns trigger language plpgsql as $body$
        declare
            v_is_changed boolean := false;
        begin
            if new.email is distinct from old.email then
                v_is_changed := true;
            end if;
            case when v_is_changed then
                new.updated_at := now();
            else
                null;
            end case;
            raise debug 'touched % rows; 100%% done', 1;
            return new;
        end;
        $body$;

        comment on table {table} is 'Orders {number}; semicolons and ''quotes'' included.';
        """)
    down = f"drop function {schema}.touch_{number:04d}();\n\ndrop table {table};\n"
    verify = f"select 1 / count(*) from pg_class where oid = '{table}'::regclass;\n"
    return Generated(f"{number:04d}_create_orders_{number:04d}", up, down, verify)


def first(schema: str = "bench") -> Generated:
    """Return the migration that makes the schema of the others."""
    return Generated(
        "0000_create_schema",
        f"create schema {schema};\n",
        f"drop schema {schema};\n",
        f"select 1 / count(*) from pg_namespace where nspname = '{schema}';\n",
    )


def big(schema: str = "bench") -> Generated:
    """Return one migration of many small statements."""
    inserts = "".join(
        f"insert into {schema}.numbers values ({number}, 'row {number}; {number % 7}');\n"
        for number in range(BIG_STATEMENTS)
    )
    return Generated(
        "0001_insert_numbers",
        f"create table {schema}.numbers (id integer, note text);\n{inserts}",
        f"drop table {schema}.numbers;\n",
        f"select 1 / count(*) from {schema}.numbers;\n",
    )


def write_script(path: Path, texts: Iterator[str] | list[str]) -> Path:
    """Write one script of several texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def write_project(folder: Path, items: list[Generated]) -> Path:
    """Write a project folder of ours; yoyo reads its migrations as well."""
    (folder / "migrations" / "verify").mkdir(parents=True)
    (folder / "mdt.toml").write_text('[project]\nname = "bench"\n', encoding="utf-8")
    for item in items:
        (folder / f"migrations/{item.id}.sql").write_text(item.up, encoding="utf-8")
        (folder / f"migrations/{item.id}.rollback.sql").write_text(item.down, encoding="utf-8")
        (folder / f"migrations/verify/{item.id}.sql").write_text(item.verify, encoding="utf-8")
    return folder


def write_yoyo(folder: Path, items: list[Generated]) -> Path:
    """Write a folder for the command of yoyo."""
    folder.mkdir(parents=True)
    for item in items:
        (folder / f"{item.id}.sql").write_text(item.up, encoding="utf-8")
        (folder / f"{item.id}.rollback.sql").write_text(item.down, encoding="utf-8")
    return folder


def write_alembic(folder: Path, items: list[Generated]) -> Path:
    """Write a folder for Alembic, each revision one raw string: its fastest way."""
    versions = folder / "script" / "versions"
    versions.mkdir(parents=True)
    previous = None
    for item in items:
        (versions / f"{item.id}.py").write_text(
            f"revision = {item.id!r}\ndown_revision = {previous!r}\n"
            "branch_labels = None\ndepends_on = None\n\nfrom alembic import op\n\n"
            f"UP = {item.up!r}\n\nDOWN = {item.down!r}\n\n\n"
            "def run(text):\n    op.get_bind().connection.cursor().execute(text)\n\n\n"
            "def upgrade():\n    run(UP)\n\n\ndef downgrade():\n    run(DOWN)\n",
            encoding="utf-8",
        )
        previous = item.id
    (folder / "script" / "env.py").write_text(
        dedent("""\
            import os

            import psycopg
            from alembic import context
            from sqlalchemy import create_engine

            engine = create_engine(
                "postgresql+psycopg://", creator=lambda: psycopg.connect(os.environ["BENCH_DSN"])
            )
            with engine.connect() as connection:
                context.configure(connection=connection, transaction_per_migration=True)
                with context.begin_transaction():
                    context.run_migrations()
            """),
        encoding="utf-8",
    )
    (folder / "alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s/script\n", encoding="utf-8"
    )
    return folder


def write_dbmate(folder: Path, items: list[Generated]) -> Path:
    """Write a folder for dbmate."""
    folder.mkdir(parents=True)
    for number, item in enumerate(items):
        (folder / f"{20260101000000 + number}_{item.id}.sql").write_text(
            f"-- migrate:up\n{item.up}\n-- migrate:down\n{item.down}", encoding="utf-8"
        )
    return folder
