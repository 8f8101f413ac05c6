"""The traffic of the legacy application: single rows, short transactions, always the old names."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import inf
from random import Random
from types import TracebackType
from typing import Any, LiteralString, Self
from uuid import UUID

import psycopg

from toolkit import db
from toolkit.errors import Failure

Prices = tuple[Decimal | None, Decimal | None]
Market = tuple[UUID, str]
Day = tuple[UUID, str, str, date | None]

_MARKET = "public.inventory_v4_stockx_market_data"
_DAILY = "pricing.market_prices"
_QUOTES = "public.live_quote_indicators"


@dataclass(frozen=True)
class _Act:
    """One transaction: its statements, and what to remember once it is committed.

    Every statement has to change, or find, one row. keys: what it writes to.
    """

    name: str
    statements: tuple[tuple[LiteralString, tuple[Any, ...]], ...]
    keys: tuple[tuple[str, Any], ...] = ()
    remember: Callable[[], None] = lambda: None
    rolled_back: bool = False


class Writer:
    """Change the three legacy tables that the moves read, at a steady rate, in a thread.

    Use it as a context manager, or start() and stop(). rate: statements a second. limit:
    how many statements to end after by itself; wait() waits for that. The same seed on the
    same data gives the same statements. A statement that fails, or that meets
    another number of rows than the one it is about, counts as failed and its message is
    kept. Rows that cannot be mapped to a price are left alone, and none are made; some
    changes leave updated_at as it was, some set a price to null, some are rolled back.

    statements, transactions, failed: counts. messages: of what failed. acts: statements by
    what they do. slowest: seconds of the slowest statement or commit, slowest_statement its
    text.
    """

    def __init__(
        self, dsn: str, *, seed: int = 1, rate: float = 50.0, limit: int | None = None
    ) -> None:
        self.statements = 0
        self.transactions = 0
        self.failed = 0
        self.messages: list[str] = []
        self.acts: Counter[str] = Counter()
        self.slowest = 0.0
        self.slowest_statement = ""
        self._dsn = dsn
        self._rate = rate
        self._limit = limit
        self._random = Random(seed)  # noqa: S311 -- repeatable on purpose
        self._markets: dict[Market, Prices] = {}
        self._days: dict[Day, Prices] = {}
        self._ids: dict[Day, UUID] = {}
        self._quotes: dict[str, tuple[float, int]] = {}
        self._touched: set[tuple[str, Any]] = set()
        self._serial = 0
        self._late_day: date | None = None
        self._clock = 0
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: db.Connection | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Read which rows there are, and begin. Raises Failure when the tables are not there."""
        with ExitStack() as unless_all_is_well:
            connection = unless_all_is_well.enter_context(self._connect())
            try:
                self._look(connection)
            except psycopg.errors.UndefinedTable as error:
                raise Failure(
                    "there is no legacy database to write to",
                    f"The server says: {error.diag.message_primary}.",
                    "Build one with 'mdt demo', or name another database with --dsn.",
                ) from error
            unless_all_is_well.pop_all()
        self._connection = connection
        self._halt.clear()
        self._thread = threading.Thread(target=self._run, name="legacy application", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until limit is reached."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Finish the transaction at hand, and end."""
        self._halt.set()
        self.wait()
        self._thread = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def lost(self) -> list[str]:
        """Return what the old names no longer say although the application wrote it.

        Ask only after stop(). One line a row, naming table and key; no lines: nothing is lost.
        """
        with self._connect() as connection:
            found = (
                (name, key, self._wanted(name, key), self._found(connection, name, key))
                for name, key in sorted(self._touched, key=str)
            )
            return [
                f"{name} {key}: wrote {_told(wanted)}, found {_told(there)}"
                for name, key, wanted, there in found
                if wanted != there
            ]

    def _connect(self) -> db.Connection:
        connection = db.connect(self._dsn, application="legacy application")
        # What hosting services give an application; longer is an error that a user sees.
        connection.execute("set statement_timeout = '10s'")
        return connection

    def _look(self, connection: db.Connection) -> None:
        """Load the keys and prices of the rows to work on, in an order that is always the same."""
        markets = connection.execute(
            "select stockx_variant_id, currency_code, lowest_ask, highest_bid"
            " from public.inventory_v4_stockx_market_data"
            " where lowest_ask is null or lowest_ask >= 0 order by 1, 2"
        )
        self._markets = {(variant, money): (ask, bid) for variant, money, ask, bid in markets}
        days = connection.execute(
            "select id, product_id, platform_name, size_value, price_date, lowest_ask, highest_bid"
            " from pricing.market_prices"
            " where price_date >= (select max(price_date) - 1 from pricing.market_prices)"
            " and condition = 'new' and size_value ~ '^[0-9.]+[WY]?$'"
            " and (lowest_ask is null or lowest_ask > 0)"
            " and (lowest_ask is null or highest_bid is null or highest_bid < lowest_ask * 5)"
            " order by product_id, platform_name, size_value, price_date, id"
        )
        for row_id, product, platform, size, day, ask, bid in days:
            key = (product, platform, size, day)
            self._days[key] = (ask, bid)
            self._ids[key] = row_id
        self._late_day = db.scalar(
            connection, "select min(price_date) - 1 from pricing.market_prices"
        )
        quotes = connection.execute(
            "select symbol, current_price, volume, api_timestamp"
            " from public.live_quote_indicators where current_price < 'Infinity' order by symbol"
        )
        for symbol, price, volume, at in quotes:
            self._quotes[symbol] = (price, volume)
            self._clock = max(self._clock, at)
            if symbol.startswith("NEW"):
                self._serial = max(self._serial, int(symbol.removeprefix("NEW")))
        if not (self._markets and self._days and self._quotes):
            raise Failure(
                "there is no legacy database to write to",
                "One of the three tables that the moves read is empty.",
                "Build it again with 'mdt demo'.",
            )

    def _run(self) -> None:
        begun = time.monotonic()
        try:
            while not self._halt.is_set() and self.statements < (self._limit or inf):
                self._perform(self._next())
                self._halt.wait(begun + self.statements / self._rate - time.monotonic())
        except Exception as error:
            # A defect of the writer: it must not pass for an application that ran well.
            self._fail(f"the writer stopped: {error!r}")

    def _perform(self, act: _Act) -> None:
        connection = self._connection
        if connection is None or connection.closed:
            self._reconnect()
            return
        committing = False
        try:
            connection.execute("begin")
            for text, values in act.statements:
                self.statements += 1
                self.acts[act.name] += 1
                cursor = self._timed(connection, text, values)
                if cursor.rowcount != 1:
                    raise _NotOneRow(f"met {cursor.rowcount} rows instead of one")
            committing = not act.rolled_back
            self._timed(connection, "rollback" if act.rolled_back else "commit")
        except (psycopg.Error, _NotOneRow) as error:
            state = getattr(error, "sqlstate", None) or "no code"
            first = (str(error).strip() or repr(error)).splitlines()[0]
            self._fail(f"{act.name}: {first} ({state})")
            if committing:
                # Whether it was committed is not known, so nothing may be expected of it.
                self._touched.difference_update(act.keys)
            with suppress(psycopg.Error):
                connection.rollback()
            return
        self.transactions += 1
        if not act.rolled_back:
            self._touched.update(act.keys)
            act.remember()

    def _timed(
        self, connection: db.Connection, text: LiteralString, values: tuple[Any, ...] = ()
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        begun = time.perf_counter()
        try:
            return connection.execute(text, values or None)
        finally:
            taken = time.perf_counter() - begun
            if taken > self.slowest:
                self.slowest, self.slowest_statement = taken, " ".join(text.split())

    def _reconnect(self) -> None:
        try:
            self._connection = self._connect()
        except Failure as failure:
            self._fail(f"connect: {failure.message}")
            self._halt.wait(0.5)

    def _fail(self, message: str) -> None:
        self.failed += 1
        self.messages.append(message)

    def _wanted(self, name: str, key: Any) -> Any:
        if name == _MARKET:
            return self._markets.get(key)
        return self._days.get(key) if name == _DAILY else self._quotes.get(key)

    def _found(self, connection: db.Connection, name: str, key: Any) -> Any:
        if name == _MARKET:
            query, values = _READ_MARKET, key
        elif name == _DAILY:
            query, values = _READ_DAY, key
        else:
            query, values = _READ_QUOTE, (key,)
        return connection.execute(query, values).fetchone()

    # What the application does. Each of these draws one act from what it knows.

    def _next(self) -> _Act:
        act = None
        while act is None:
            act = self._random.choices(_ACTS, _WEIGHTS)[0](self)
        return act

    def _pick(self, keys: dict[Any, Any]) -> Any:
        names = list(keys)
        return self._random.choice(names)

    def _moved(self, prices: Prices) -> tuple[Decimal, Decimal]:
        """Return an ask near the old one, and a bid below it."""
        about = float(prices[0] or prices[1] or 100)
        ask = max(10, round(about * self._random.uniform(0.96, 1.04)))
        return Decimal(ask), Decimal(round(ask * self._random.uniform(0.7, 0.95)))

    def _market_update(self) -> _Act:
        key: Market = self._pick(self._markets)
        ask, bid = self._moved(self._markets[key])
        return _Act(
            "market data updated",
            ((_MARKET_UPDATE, (ask, bid, *key)),),
            ((_MARKET, key),),
            lambda: self._markets.update({key: (ask, bid)}),
        )

    def _market_bid(self) -> _Act:
        key: Market = self._pick(self._markets)
        ask, bid = self._markets[key][0], self._moved(self._markets[key])[1]
        return _Act(
            "bid updated, updated_at left",
            ((_MARKET_BID, (bid, *key)),),
            ((_MARKET, key),),
            lambda: self._markets.update({key: (ask, bid)}),
        )

    def _market_no_ask(self) -> _Act | None:
        key: Market = self._pick(self._markets)
        bid = self._markets[key][1]
        if bid is None:
            return None
        return _Act(
            "ask set to null",
            ((_MARKET_NO_ASK, key),),
            ((_MARKET, key),),
            lambda: self._markets.update({key: (None, bid)}),
        )

    def _market_insert(self) -> _Act | None:
        variant, _ = self._pick(self._markets)
        key = (variant, self._random.choice(("EUR", "USD")))
        if key in self._markets:
            return None
        ask, bid = self._moved((None, None))
        return _Act(
            "market data inserted",
            ((_MARKET_INSERT, (*key, ask, bid)),),
            ((_MARKET, key),),
            lambda: self._markets.update({key: (ask, bid)}),
        )

    def _market_delete(self) -> _Act | None:
        key: Market = self._pick(self._markets)
        if key[1] == "GBP":
            return None
        return _Act(
            "market data deleted",
            ((_MARKET_DELETE, key),),
            ((_MARKET, key),),
            lambda: self._forget(self._markets, key),
        )

    def _market_replace(self) -> _Act:
        key: Market = self._pick(self._markets)
        ask, bid = self._moved(self._markets[key])
        return _Act(
            "market data deleted and inserted",
            ((_MARKET_DELETE, key), (_MARKET_INSERT, (*key, ask, bid))),
            ((_MARKET, key),),
            lambda: self._markets.update({key: (ask, bid)}),
        )

    def _day_update(self) -> _Act | None:
        key: Day = self._pick(self._days)
        if key not in self._ids:
            return None
        ask, bid = self._moved(self._days[key])
        return _Act(
            "daily price updated",
            ((_DAY_UPDATE, (ask, bid, self._ids[key])),),
            ((_DAILY, key),),
            lambda: self._days.update({key: (ask, bid)}),
        )

    def _day_no_bid(self) -> _Act | None:
        key: Day = self._pick(self._days)
        ask = self._days[key][0]
        if key not in self._ids or ask is None:
            return None
        return _Act(
            "bid set to null",
            ((_DAY_NO_BID, (self._ids[key],)),),
            ((_DAILY, key),),
            lambda: self._days.update({key: (ask, None)}),
        )

    def _day_insert(self) -> _Act | None:
        product, platform, size, day = self._pick(self._days)
        key = (product, platform, size, self._late_day)
        if key in self._days or day == self._late_day:
            return None
        ask, bid = self._moved((None, None))
        return _Act(
            "daily price inserted",
            ((_DAY_INSERT, (*key, ask, bid)),),
            ((_DAILY, key),),
            lambda: self._days.update({key: (ask, bid)}),
        )

    def _day_delete(self) -> _Act:
        key: Day = self._pick(self._days)
        return _Act(
            "daily price deleted",
            ((_DAY_DELETE, key),),
            ((_DAILY, key),),
            lambda: self._forget(self._days, key),
        )

    def _quote_update(self) -> _Act:
        symbol: str = self._pick(self._quotes)
        price, volume = self._quotes[symbol]
        new = round(price * self._random.uniform(0.995, 1.005), 2)
        more = volume + self._random.randrange(1, 5000)
        self._clock += 1
        values = (new, round(new - price, 2), more, self._clock, symbol)
        return _Act(
            "quote updated",
            ((_QUOTE_UPDATE, values),),
            ((_QUOTES, symbol),),
            lambda: self._quotes.update({symbol: (new, more)}),
        )

    def _quote_volume(self) -> _Act:
        symbol: str = self._pick(self._quotes)
        price, volume = self._quotes[symbol]
        more = volume + self._random.randrange(1, 5000)
        return _Act(
            "volume updated, fetched_at left",
            ((_QUOTE_VOLUME, (more, symbol)),),
            ((_QUOTES, symbol),),
            lambda: self._quotes.update({symbol: (price, more)}),
        )

    def _quote_insert(self) -> _Act:
        self._serial += 1
        self._clock += 1
        symbol = f"NEW{self._serial:04d}"
        price, volume = round(self._random.uniform(4, 90), 2), self._random.randrange(1, 9000)
        return _Act(
            "quote inserted",
            ((_QUOTE_INSERT, (symbol, price, volume, self._clock)),),
            ((_QUOTES, symbol),),
            lambda: self._quotes.update({symbol: (price, volume)}),
        )

    def _quote_delete(self) -> _Act | None:
        symbol: str = self._pick(self._quotes)
        if not symbol.startswith("NEW"):
            return None
        return _Act(
            "quote deleted",
            ((_QUOTE_DELETE, (symbol,)),),
            ((_QUOTES, symbol),),
            lambda: self._forget(self._quotes, symbol),
        )

    def _reading(self) -> _Act:
        market, day, symbol = (
            self._pick(keys) for keys in (self._markets, self._days, self._quotes)
        )
        statement: tuple[LiteralString, tuple[Any, ...]] = self._random.choice(
            ((_READ_MARKET, market), (_READ_DAY, day), (_READ_QUOTE, (symbol,)))
        )
        return _Act("read", (statement,))

    def _change_of_mind(self) -> _Act:
        act = self._random.choice((self._market_update, self._quote_update, self._day_delete))()
        return _Act("rolled back", act.statements, rolled_back=True)

    def _forget(self, known: dict[Any, Any], key: Any) -> None:
        del known[key]
        self._ids.pop(key, None)


class _NotOneRow(Exception):
    """A statement about one row met none, or several."""


def _told(row: tuple[Any, ...] | None) -> str:
    return "no row" if row is None else " and ".join(str(value) for value in row)


_MARKET_UPDATE: LiteralString = """
    update public.inventory_v4_stockx_market_data
    set lowest_ask = %s, highest_bid = %s, updated_at = now(),
        expires_at = now() + interval '24 hours'
    where stockx_variant_id = %s and currency_code = %s
"""
_MARKET_BID: LiteralString = """
    update public.inventory_v4_stockx_market_data
    set highest_bid = %s
    where stockx_variant_id = %s and currency_code = %s
"""
_MARKET_NO_ASK: LiteralString = """
    update public.inventory_v4_stockx_market_data
    set lowest_ask = null, updated_at = now()
    where stockx_variant_id = %s and currency_code = %s
"""
_MARKET_INSERT: LiteralString = """
    insert into public.inventory_v4_stockx_market_data
        (stockx_variant_id, currency_code, lowest_ask, highest_bid)
    values (%s, %s, %s, %s)
"""
_MARKET_DELETE: LiteralString = """
    delete from public.inventory_v4_stockx_market_data
    where stockx_variant_id = %s and currency_code = %s
"""
_DAY_UPDATE: LiteralString = """
    update pricing.market_prices set lowest_ask = %s, highest_bid = %s where id = %s
"""
_DAY_NO_BID: LiteralString = "update pricing.market_prices set highest_bid = null where id = %s"
_DAY_INSERT: LiteralString = """
    insert into pricing.market_prices
        (product_id, platform_name, size_value, price_date, condition, lowest_ask, highest_bid)
    values (%s, %s, %s, %s, 'new', %s, %s)
"""
_DAY_DELETE: LiteralString = """
    delete from pricing.market_prices
    where product_id = %s and platform_name = %s and size_value = %s and price_date = %s
        and condition = 'new'
"""
_QUOTE_UPDATE: LiteralString = """
    update public.live_quote_indicators
    set current_price = %s, day_change = %s, volume = %s, api_timestamp = %s, fetched_at = now()
    where symbol = %s
"""
_QUOTE_VOLUME: LiteralString = """
    update public.live_quote_indicators set volume = %s where symbol = %s
"""
_QUOTE_INSERT: LiteralString = """
    insert into public.live_quote_indicators (symbol, current_price, volume, api_timestamp)
    values (%s, %s, %s, %s)
"""
_QUOTE_DELETE: LiteralString = "delete from public.live_quote_indicators where symbol = %s"
_READ_MARKET: LiteralString = """
    select lowest_ask, highest_bid from public.inventory_v4_stockx_market_data
    where stockx_variant_id = %s and currency_code = %s
"""
_READ_DAY: LiteralString = """
    select lowest_ask, highest_bid from pricing.market_prices
    where product_id = %s and platform_name = %s and size_value = %s and price_date = %s
        and condition = 'new'
"""
_READ_QUOTE: LiteralString = """
    select current_price, volume from public.live_quote_indicators where symbol = %s
"""

_ACTS: tuple[Callable[[Writer], _Act | None], ...] = (
    Writer._market_update,
    Writer._market_bid,
    Writer._market_no_ask,
    Writer._market_insert,
    Writer._market_delete,
    Writer._market_replace,
    Writer._day_update,
    Writer._day_no_bid,
    Writer._day_insert,
    Writer._day_delete,
    Writer._quote_update,
    Writer._quote_volume,
    Writer._quote_insert,
    Writer._quote_delete,
    Writer._reading,
    Writer._change_of_mind,
)
_WEIGHTS = (16, 8, 4, 5, 8, 3, 14, 5, 8, 3, 12, 5, 2, 2, 10, 3)
