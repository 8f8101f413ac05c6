"""Whose databases the tests work in: a superuser's, or those of MDT_TEST_ROLE, who is none.

That role owns its databases and has no other right. What only a superuser may do was done for it:
pg_partman is there, and open to it; the toolkit's roles are there, and it may act as them.
"""

import os

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from toolkit.local import Cluster

OWNER = os.environ.get("MDT_TEST_ROLE")

# Two sessions of the tests may come to it at once.
_CREATE_ROLE = """
do $do$
begin
    execute format('create role %I login', {name});
exception when duplicate_object or unique_violation then
    null;
end;
$do$
"""
_PREPARE = (
    "create schema partman",
    "create extension pg_partman with schema partman",
    "grant usage, create on schema partman to {owner}",
    "grant all on all tables in schema partman to {owner}",
)


def hand_over(cluster: Cluster, database: str, *, is_empty: bool = False) -> str:
    """Give a database to who is to own it, and return the DSN of that role."""
    if not OWNER:
        return cluster.dsn(database)
    names = {"owner": sql.Identifier(OWNER), "database": sql.Identifier(database)}
    with psycopg.connect(cluster.dsn(database), autocommit=True) as connection:
        connection.execute(sql.SQL(_CREATE_ROLE).format(name=sql.Literal(OWNER)))
        connection.execute(sql.SQL("alter database {database} owner to {owner}").format(**names))
        for statement in _PREPARE if is_empty else ():
            connection.execute(sql.SQL(statement).format(**names))
    address = conninfo_to_dict(cluster.dsn(database))
    return f"postgresql://{OWNER}@/{database}?host={address['host']}&port={address['port']}"


def add_roles(cluster: Cluster, database: str) -> None:
    """Do after an installation what its owner had no right to, and an administrator does."""
    if not OWNER:
        return
    with psycopg.connect(cluster.dsn(database), autocommit=True) as connection:
        connection.execute("select system.refresh_access()")
        connection.execute(
            sql.SQL("grant mdt_app, mdt_worker, mdt_readonly, mdt_auditor to {}").format(
                sql.Identifier(OWNER)
            )
        )
