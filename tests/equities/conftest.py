"""Quotes as the tests write them, in a transaction that is undone."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[tuple[Any, ...]]
Write = Callable[..., int]


@pytest.fixture
def db(rolled_back: Connection) -> Connection:
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back


@pytest.fixture
def write(db: Connection) -> Write:
    """Return a function that calls a writer with quotes: write("record_quotes", quotes).

    The quotes are dictionaries; what one leaves out is null.
    """
    return partial(_write, db)


@pytest.fixture
def write_in() -> Write:
    """Return the same function for any session: write_in(connection, function, quotes)."""
    return _write


def _write(db: Connection, function: str, quotes: list[dict[str, Any]], *more: object) -> int:
    query = (
        f"select equities.{function}(array("
        "select jsonb_populate_record(null::equities.quote_observation, item)"
        " from jsonb_array_elements(%s) with ordinality as given (item, place) order by place)"
        f"{''.join(', %s' for _ in more)})"
    )
    as_json = partial(json.dumps, default=str)
    found = db.execute(query, [Jsonb(quotes, dumps=as_json), *more]).fetchone()
    assert found is not None
    return int(found[0])
