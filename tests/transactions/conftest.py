"""Tests of one session work in a transaction that is undone, in place of a fresh database."""

from typing import Any

import psycopg
import pytest

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def db(rolled_back: Connection) -> Connection:
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back
