"""Tests of one session work in a transaction that is undone, in place of a fresh database.

Roles are of the whole server, and named mdt_...: `act` takes one on, and the user to act for.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]
Act = Callable[..., None]


@pytest.fixture
def db(rolled_back: Connection) -> Connection:
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back


@pytest.fixture
def act(db: Connection) -> Act:
    """Return a function that takes on a role, "" for the owner's, and names the user."""

    def take_on(role: str, user: object = "") -> None:
        db.execute("reset role")
        db.execute("select set_config('mdt.user_id', %s, true)", [str(user)])
        if role:
            db.execute(sql.SQL("set local role {}").format(sql.Identifier(f"mdt_{role}")))

    return take_on


@pytest.fixture
def users(db: Connection) -> list[Any]:
    """Make two users who may trade; return their ids."""
    rows = db.execute(
        "insert into auth.users (email) values ('anna@example.com'), ('bob@example.org')"
        " returning id"
    ).fetchall()
    db.execute("insert into auth.user_roles (user_id, role) select id, 'user' from auth.users")
    return [row[0] for row in rows]
