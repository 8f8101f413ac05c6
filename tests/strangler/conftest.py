"""A small shop with prices of its own, a shelf to move them to, and what the tests ask of both."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

Connection = psycopg.Connection[tuple[Any, ...]]
Row = dict[str, Any]

# The target: one price a code, and a log of all that was ever written to it. The writer refuses
# 666 and the mapping breaks at 13, so that either can be made to fail.
SHELF = """
create schema shelf;
create table shelf.prices (
    code text not null, cents bigint, observed_at timestamptz not null, origin text not null,
    constraint prices_pkey primary key (code),
    constraint prices_cents_is_not_666 check (cents <> 66600)
);
create table shelf.written (code text, cents bigint);
create type shelf.price as (
    code text, cents bigint, observed_at timestamptz, origin text, reject_reason text
);
create function shelf.record(p_prices shelf.price[], p_on_tie text) returns integer
language plpgsql as $$
begin
    insert into shelf.written select price.code, price.cents from unnest(p_prices) as price;
    insert into shelf.prices as known
    select distinct on (price.code) price.code, price.cents, price.observed_at, price.origin
    from unnest(p_prices) as price
    order by price.code, price.observed_at desc
    on conflict (code) do update set
        cents = excluded.cents, observed_at = excluded.observed_at, origin = excluded.origin
    where known.observed_at < excluded.observed_at
        or known.observed_at = excluded.observed_at and p_on_tie = 'replace';
    return 0;
end $$;
create function shelf.withdraw(p_prices shelf.price[], p_at timestamptz) returns integer
language sql as $$
    with gone as (
        delete from shelf.prices as known using unnest(p_prices) as price
        where known.code = price.code returning 1
    )
    select count(*)::integer from gone
$$;
create function shelf.forget(p_prices shelf.price[]) returns void language sql as $$
    update shelf.prices as known set observed_at = '-infinity', origin = price.origin
    from unnest(p_prices) as price where known.code = price.code
$$;
create function shelf.cents(p_price numeric) returns bigint language plpgsql immutable as $$
begin
    if p_price = 13 then
        raise exception '13 is bad luck' using errcode = 'SH013';
    end if;
    return p_price * 100;
end $$;
"""

ARTICLES = """
create schema shop;
create table shop.articles (
    id integer primary key, code text, price numeric,
    changed_at timestamptz default '2026-01-01 00:00 UTC', note text
);
create function shop.map_articles(p_row shop.articles) returns setof shelf.price
language sql stable as $$
    select p_row.code, shelf.cents(p_row.price), p_row.changed_at, 'move:articles',
        case when p_row.price < 0 then format('%s is below nothing', p_row.price) end
    where p_row.code is distinct from 'nothing'
$$;
"""

REGISTER = """
select strangler.register_move(
    'articles', 'shop', 'Articles go to the shelf', %(source)s, 'shelf.prices', array['code'],
    array['cents'], %(map)s, 'shelf.record', 'shelf.withdraw',
    p_source_group => %(group)s, p_forget_function => 'shelf.forget'
)
"""


@pytest.fixture
def db(request: pytest.FixtureRequest) -> Connection:
    """Connect to a fresh database if there will be more sessions, else to one that is undone."""
    if "dsn" not in request.fixturenames:
        undone: Connection = request.getfixturevalue("rolled_back")
        return undone
    fresh = psycopg.connect(request.getfixturevalue("dsn"), autocommit=True)
    request.addfinalizer(fresh.close)
    return fresh


@dataclass
class Move:
    """One move in one database, with short names for what the tests do with it."""

    db: Connection
    name: str = "articles"

    def rows(self, query: str, *values: object) -> list[Row]:
        with self.db.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values or None).fetchall()

    def value(self, query: str, *values: object) -> Any:
        row = self.db.execute(query, values or None).fetchone()
        assert row is not None
        return row[0]

    def start(self) -> None:
        self.db.execute("select strangler.start(%s)", [self.name])

    def batch(self) -> Row:
        return self.rows("select * from strangler.backfill_batch(%s)", self.name)[0]

    def backfill(self) -> None:
        while not self.batch()["is_finished"]:
            pass

    def compare(self) -> Row:
        return self.rows("select * from strangler.compare(%s)", self.name)[0]

    def counts(self) -> tuple[int, ...]:
        """Compare; return source rows, moved, merged, quarantined, missing, different, extra."""
        found = self.compare()
        names = ("source_rows", "moved", "merged", "quarantined", "missing", "different", "extra")
        return tuple(found[name] for name in names)

    def mismatches(self) -> list[Row]:
        """Return what the last comparison found."""
        return self.rows(
            "select kind, row_key, detail from strangler.mismatches where comparison_id = ("
            " select id from strangler.comparisons where move = %s"
            " order by compared_at desc limit 1) order by number",
            self.name,
        )

    def set_rollout(self, percent: int | None) -> None:
        self.db.execute("select strangler.set_rollout(%s, %s)", [self.name, percent])

    def rollback(self) -> None:
        self.db.execute("select strangler.rollback(%s)", [self.name])

    @property
    def state(self) -> tuple[str, int]:
        row = self.rows("select * from strangler.moves where name = %s", self.name)[0]
        return row["state"], row["rollout_percent"]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Return (step, outcome) of the log, oldest first."""
        return [
            (row["step"], row["outcome"])
            for row in self.rows(
                "select step, outcome from strangler.move_steps where move = %s"
                " order by happened_at",
                self.name,
            )
        ]

    @property
    def quarantine(self) -> dict[Any, str]:
        """Return the reason of each row in quarantine, by the value of its one key column."""
        return {
            next(iter(row["source_key"].values())): row["reason"]
            for row in self.rows(
                "select source_key, reason from strangler.quarantine where move = %s order by 1",
                self.name,
            )
        }

    @property
    def target(self) -> dict[str, int | None]:
        """Return the cents of each code on the shelf."""
        return {
            row["code"]: row["cents"]
            for row in self.rows("select code, cents from shelf.prices order by code")
        }

    @property
    def losses(self) -> list[str]:
        """Return what capture could not carry over and logged."""
        return [
            f"{row['message']}: {row['details']['message']}"
            for row in self.rows(
                "select message, details from system.logs where component = 'capture' order by id"
            )
        ]


@pytest.fixture
def shop(db: Connection) -> Move:
    """Make the shop and the shelf, and define the move between them."""
    db.execute(SHELF + ARTICLES)
    db.execute(
        REGISTER, {"source": "shop.articles", "map": "shop.map_articles", "group": ["id", "code"]}
    )
    return Move(db)


@pytest.fixture
def open_shop(shop: Move) -> Move:
    """Start the move, so that every change is captured; the shop is still empty."""
    shop.start()
    shop.backfill()
    return shop


DAYS = """
create schema shop;
create table shop.days (
    id uuid primary key default gen_random_uuid(), code text, day date, price numeric
);
create function shop.map_days(p_row shop.days) returns setof shelf.price
language sql stable as $$
    select p_row.code, shelf.cents(p_row.price), p_row.day::timestamp at time zone 'UTC',
        'move:articles', case when p_row.price < 0 then 'below nothing' end
$$;
"""


@pytest.fixture
def days(db: Connection) -> Move:
    """Define a move of which many rows, one a day, share a target row; nothing is started."""
    db.execute(SHELF + DAYS)
    db.execute(REGISTER, {"source": "shop.days", "map": "shop.map_days", "group": ["code"]})
    return Move(db)


Keyed = Callable[[str, str, str], Move]


@pytest.fixture
def keyed(db: Connection) -> Keyed:
    """Return a function that makes a table with a key, and a move of it, not yet started.

    keyed("id uuid", "id", "p_row.id::text"): its columns, its key, and the code of a row.
    """

    def make(columns: str, key: str, code: str) -> Move:
        db.execute(
            SHELF
            + f"""
            create schema shop;
            create table shop.keyed (
                {columns}, price numeric, changed_at timestamptz default '2026-01-01 UTC',
                primary key ({key})
            );
            create function shop.map_keyed(p_row shop.keyed) returns setof shelf.price
            language sql stable as $$
                select {code}, shelf.cents(p_row.price), p_row.changed_at, 'move:articles',
                    case when p_row.price < 0 then 'below nothing' end
            $$;
            """
        )
        db.execute(REGISTER, {"source": "shop.keyed", "map": "shop.map_keyed", "group": None})
        return Move(db)

    return make


@pytest.fixture
def connect(dsn: str) -> Iterator[Callable[[], Connection]]:
    """Return a function that opens one more connection to the database of `db`."""
    opened: list[Connection] = []

    def another() -> Connection:
        opened.append(psycopg.connect(dsn, autocommit=True))
        return opened[-1]

    yield another
    for connection in opened:
        connection.close()


class Waiting(threading.Thread):
    """A statement that waits for a lock of somebody else; join() raises what it raised."""

    def __init__(self, connection: Connection, query: str) -> None:
        super().__init__(daemon=True)
        self.connection = connection
        self.query = query
        self.error: psycopg.Error | None = None

    def run(self) -> None:
        try:
            self.connection.execute(self.query)
        except psycopg.Error as error:
            self.error = error

    def done(self) -> None:
        """Wait until it is through. Errors: whatever it raised."""
        self.join(timeout=60)
        assert not self.is_alive()
        if self.error:
            raise self.error


@pytest.fixture
def waiting(db: Connection, connect: Callable[[], Connection]) -> Callable[[str], Waiting]:
    """Return a function that executes a statement and returns once it waits for a lock."""
    watcher = connect()

    def begin(query: str) -> Waiting:
        connection = connect()
        thread = Waiting(connection, query)
        thread.start()
        while True:
            row = watcher.execute(
                "select cardinality(pg_blocking_pids(%s))", [connection.info.backend_pid]
            ).fetchone()
            if row != (0,):
                return thread
            assert thread.is_alive(), f"it did not wait: {thread.error}"

    return begin


@pytest.fixture
def refused(db: Connection) -> Callable[[str, str], AbstractContextManager[None]]:
    """Return a context manager that expects a refusal: refused("MD305", "there is no move")."""

    @contextmanager
    def expect(code: str, match: str) -> Iterator[None]:
        with pytest.raises(psycopg.Error, match=match) as raised, db.transaction():
            yield
        assert raised.value.sqlstate == code

    return expect
