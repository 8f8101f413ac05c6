"""A legacy database, built once a session and copied for every test that changes it."""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.owner import hand_over
from toolkit.demo import legacy
from toolkit.demo.payloads import Recording

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="session")
def generated() -> Recording:
    """Return the generated recording."""
    return Recording.generated()


@pytest.fixture(scope="session")
def recorded() -> Recording:
    """Return the recording kept beside the repository, for whoever has it."""
    if not DATA.is_dir():
        pytest.skip(f"there are no recorded answers in {DATA}")
    return Recording.recorded(DATA)


@pytest.fixture(scope="session")
def legacy_template(cluster: Any, generated: Recording) -> Iterator[tuple[str, dict[str, int]]]:
    """Build the generated legacy database; return its name and the counts that build gave."""
    name = f"test_legacy_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        owned = hand_over(cluster, name, is_empty=True)
        with psycopg.connect(owned, autocommit=True) as connection:
            counts = legacy.build(connection, generated)
        yield name, counts
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def copy_legacy(
    cluster: Any, legacy_template: tuple[str, dict[str, int]]
) -> Iterator[Callable[[], str]]:
    """Return a function that copies the legacy database and returns the DSN of the copy."""
    names: list[str] = []
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:

        def copy() -> str:
            names.append(f"test_copy_{os.getpid()}_{secrets.token_hex(4)}")
            databases = map(sql.Identifier, (names[-1], legacy_template[0]))
            server.execute(sql.SQL("create database {} template {}").format(*databases))
            return hand_over(cluster, names[-1])

        yield copy
        for name in names:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def legacy_dsn(copy_legacy: Callable[[], str]) -> str:
    """Return the DSN of a fresh copy of the legacy database."""
    return copy_legacy()


@pytest.fixture
def legacy_db(legacy_dsn: str) -> Iterator[Connection]:
    """Connect, in autocommit mode, to a fresh copy of the legacy database."""
    with psycopg.connect(legacy_dsn, autocommit=True) as connection:
        yield connection
