"""integration.record_prices: whatever comes, late or twice, makes the same history."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

START = datetime(2025, 12, 1, tzinfo=UTC)
KEYS = ("ask", "bid", "whole")
PRICES = (None, 9900, 10000, 12300)

quick = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def at(minute):
    return START + timedelta(minutes=minute)


@pytest.fixture
def observe(shop):
    """Return a function that makes an observation of one of three keys of one product."""
    product = shop.product()
    variant = shop.variant(product)

    def make(key="ask", minute=0, price=10000, stock=None, **more):
        return {
            "product_id": product,
            "variant_id": None if key == "whole" else variant,
            "source": "stockx",
            "price_type": "ask" if key == "whole" else key,
            "condition": "new",
            "region": "global",
            "channel": "standard",
            "currency": "GBP",
            "price_cents": price,
            "stock_quantity": stock,
            "observed_at": at(minute),
            "origin": "test",
        } | more

    return make


@pytest.fixture
def record(write):
    """Return a function that records observations and returns how many were news."""
    return lambda batch, *more: write("integration.record_prices", batch, *more)


@pytest.fixture
def history(db):
    """Return a function that returns [(from, to, price)] of each key."""

    def read():
        found = defaultdict(list)
        for key, *span in db.execute(
            """
            select
                case when price.variant_id is null then 'whole' else price.price_type end,
                history.valid_from, history.last_seen_at, history.price_cents
            from integration.price_history as history
            inner join integration.price_sources as price
                on history.product_id = price.product_id and history.price_source_id = price.id
            order by 1, 2
            """
        ):
            found[key].append(tuple(span))
        return dict(found)

    return read


@pytest.fixture
def current(db):
    """Return a function that returns (price, stock, observed_at, changed_at) of each key."""

    def read():
        return {
            key: tuple(row)
            for key, *row in db.execute(
                """
                select
                    case when variant_id is null then 'whole' else price_type end,
                    price_cents, stock_quantity, observed_at, changed_at
                from integration.price_sources
                """
            )
        }

    return read


@pytest.fixture
def stored(db):
    """Return a function that returns every row as it lies on disk."""

    def read():
        return [
            db.execute(
                f"select tableoid, ctid, xmin, * from integration.{table} order by 1, 2"
            ).fetchall()
            for table in ("price_sources", "price_history")
        ]

    return read


class Model:
    """What should be known after observations: of each key and moment, one price and stock."""

    def __init__(self, on_tie="replace"):
        self.on_tie = on_tie
        self.seen = defaultdict(dict)

    def record(self, batch):
        for key, minute, price, stock in batch:
            if self.on_tie == "replace" or minute not in self.seen[key]:
                self.seen[key][minute] = (price, stock)

    def spans(self, key):
        """Return the stretches of equal prices: [[minutes of its sights], price]."""
        spans = []
        for minute, (price, _) in sorted(self.seen[key].items()):
            if not spans or spans[-1][1] != price:
                spans.append([[], price])
            spans[-1][0].append(minute)
        return spans

    def history(self):
        return {
            key: [
                (at(minutes[0]), at(minutes[-1]) if number < len(spans) else None, price)
                for number, (minutes, price) in enumerate(spans, 1)
            ]
            for key in self.seen
            if (spans := self.spans(key))
        }

    def current(self):
        return {
            key: (*sights[max(sights)], at(max(sights)), at(self.spans(key)[-1][0][0]))
            for key, sights in self.seen.items()
        }

    def forgets(self, batch):
        """Tell whether the batch changes a price at a moment between the ends of a stretch.

        Of a stretch the table keeps the two ends alone, so that what is cut out of it cannot
        be put back to the sights around the cut.
        """
        changed = {}
        for key, minute, price, _ in batch:
            if self.on_tie == "replace" or (key, minute) not in changed:
                changed[key, minute] = price
        return any(
            len(minutes) > 2 and minutes[0] <= minute <= minutes[-1] and price != known
            for (key, minute), price in changed.items()
            for minutes, known in self.spans(key)
        )


minutes = st.integers(0, 12)
sights = st.tuples(
    st.sampled_from(KEYS), minutes, st.sampled_from(PRICES), st.sampled_from([None, 0, 3])
)
ties = st.sampled_from(["replace", "keep"])


@quick
@given(batch=st.lists(sights, max_size=25), on_tie=ties)
def test_one_batch_in_any_order(db, observe, record, history, current, batch, on_tie):
    model = Model(on_tie)
    model.record(batch)
    with db.transaction(force_rollback=True):
        news = record([observe(*sight) for sight in batch], on_tie)
        assert history() == model.history()
        assert current() == model.current()
        assert news == sum(len(spans) for spans in model.history().values())


@quick
@given(batches=st.lists(st.lists(sights, max_size=8), max_size=6), on_tie=ties)
def test_many_batches_in_any_order(db, observe, record, history, current, batches, on_tie):
    model = Model(on_tie)
    exact = True
    with db.transaction(force_rollback=True):
        for batch in batches:
            exact = exact and not model.forgets(batch)
            model.record(batch)
            record([observe(*sight) for sight in batch], on_tie)
            now = current()
            if exact:
                assert history() == model.history()
                assert now == model.current()
            elif on_tie == "replace":
                # The known limit: the past may be shorter, the present is right.
                assert {key: row[:3] for key, row in now.items()} == {
                    key: row[:3] for key, row in model.current().items()
                }
    event("exact" if exact else "a stretch was cut")


@st.composite
def batches_of_prices_that_never_return(draw):
    """Draw batches of sights, in any order, of prices that only ever rise."""
    steps = {key: sorted(draw(st.lists(minutes, min_size=3, max_size=3))) for key in KEYS}
    prices = (9900, None, 10000, 12300)
    known = draw(st.lists(st.tuples(st.sampled_from(KEYS), minutes), min_size=1, max_size=40))
    told = [
        (key, minute, prices[sum(step <= minute for step in steps[key])], minute)
        for key, minute in known
    ]
    size = draw(st.integers(1, 10))
    return [told[place : place + size] for place in range(0, len(told), size)]


@quick
@given(batches=batches_of_prices_that_never_return(), on_tie=ties, data=st.data())
def test_repeating_any_batch_changes_nothing_at_all(
    db, observe, record, history, current, stored, batches, on_tie, data
):
    model = Model(on_tie)
    with db.transaction(force_rollback=True):
        for batch in batches:
            model.record(batch)
            record([observe(*sight) for sight in batch], on_tie)
        assert history() == model.history()
        assert current() == model.current()
        before = stored()
        again = data.draw(st.sampled_from(batches))
        assert record([observe(*sight) for sight in again], on_tie) == 0
        assert stored() == before


@quick
@given(batches=batches_of_prices_that_never_return(), data=st.data())
def test_the_order_of_arrival_does_not_matter(db, observe, record, history, current, batches, data):
    model = Model()
    for batch in batches:
        model.record(batch)
    with db.transaction(force_rollback=True):
        for batch in data.draw(st.permutations(batches)):
            record([observe(*sight) for sight in data.draw(st.permutations(batch))])
        assert history() == model.history()
        assert current() == model.current()


def test_late_other_price_splits_a_stretch_at_its_known_sights(observe, record, history):
    record([observe(minute=minute, price=100) for minute in (0, 4, 10)])
    record([observe(minute=6, price=200)])
    # That 100 was seen at 4 is forgotten.
    assert history() == {
        "ask": [(at(0), at(0), 100), (at(6), at(6), 200), (at(10), None, 100)],
    }


def test_a_price_that_is_seen_again_moves_observed_at_and_nothing_else(observe, record, db):
    record([observe(minute=0)])
    read = "select changed_at, updated_at, created_at, observed_at from integration.price_sources"
    history = "select tableoid, ctid, * from integration.price_history"
    *before, _ = db.execute(read).fetchone()
    rows = db.execute(history).fetchall()
    assert record([observe(minute=5)]) == 0
    assert db.execute(read).fetchone() == (*before, at(5))
    assert db.execute(history).fetchall() == rows


def test_no_price_is_a_price_too(observe, record, history, current):
    assert record([observe(minute=0)]) == 1
    assert record([observe(minute=1, price=None)]) == 1
    assert record([observe(minute=2, price=None)]) == 0
    assert record([observe(minute=3)]) == 1
    assert history() == {"ask": [(at(0), at(0), 10000), (at(1), at(2), None), (at(3), None, 10000)]}
    assert current() == {"ask": (10000, None, at(3), at(3))}


def test_of_one_moment_the_later_replaces_the_earlier(observe, record, history):
    record([observe(minute=0, price=100), observe(minute=0, price=200)])
    assert history() == {"ask": [(at(0), None, 200)]}
    assert record([observe(minute=0, price=300)]) == 1
    assert history() == {"ask": [(at(0), None, 300)]}


def test_of_one_moment_what_is_known_is_kept_when_asked_to(observe, record, history):
    record([observe(minute=0, price=100), observe(minute=0, price=200)], "keep")
    assert history() == {"ask": [(at(0), None, 100)]}
    assert record([observe(minute=0, price=300)], "keep") == 0
    assert history() == {"ask": [(at(0), None, 100)]}


def test_the_stock_of_the_same_price_and_moment_is_replaced_too(observe, record, current):
    record([observe(stock=3)])
    assert record([observe(stock=1)]) == 0
    assert current()["ask"][:2] == (10000, 1)
    record([observe(stock=2)], "keep")
    assert current()["ask"][:2] == (10000, 1)


def test_another_way_to_settle_ties_is_refused(observe, record):
    with pytest.raises(psycopg.Error, match='p_on_tie is "newest"') as refused:
        record([observe()], "newest")
    assert refused.value.sqlstate == "22023"


@pytest.mark.parametrize(
    ("wrong", "sqlstate"),
    [
        ({"price_cents": 0}, "23514"),
        ({"price_cents": -1}, "23514"),
        ({"currency": "gbp"}, "23514"),
        ({"currency": "GB"}, "23514"),
        ({"currency": "GBPX"}, "22001"),
        ({"currency": None}, "23502"),
        ({"price_type": "guess"}, "23514"),
        ({"condition": "worn"}, "23514"),
        ({"channel": "market"}, "23514"),
        ({"stock_quantity": -1}, "23514"),
        ({"product_id": "00000000-0000-0000-0000-000000000000", "variant_id": None}, "23503"),
        ({"variant_id": "00000000-0000-0000-0000-000000000000"}, "23503"),
        ({"observed_at": None}, "23502"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value).strip("{}"),
)
def test_rows_that_break_the_rules_are_refused_and_nothing_is_written(
    db, observe, record, wrong, sqlstate
):
    with pytest.raises(psycopg.Error) as refused, db.transaction():
        record([observe("bid"), observe() | wrong])
    assert refused.value.sqlstate == sqlstate
    assert db.execute("select count(*) from integration.price_sources").fetchone() == (0,)


def test_every_part_of_the_natural_key_tells_prices_apart(db, observe, record):
    parts = {
        "source": "alias",
        "condition": "used",
        "region": "US",
        "channel": "flex",
        "currency": "USD",
    }
    others = [observe(price=100 + place) | {part: parts[part]} for place, part in enumerate(parts)]
    assert record([observe(), observe("bid"), observe("whole"), *others]) == 8
    assert db.execute("select count(*) from integration.price_sources").fetchone() == (8,)


def test_prices_before_all_partitions_are_kept(observe, record, history):
    long_ago = {"observed_at": datetime(1999, 1, 1, tzinfo=UTC)}
    record([observe(minute=0), observe(price=1) | long_ago])
    assert history() == {
        "ask": [(long_ago["observed_at"],) * 2 + (1,), (at(0), None, 10000)],
    }


def test_one_price_is_recorded_by_its_own_function(db, shop, current):
    product = shop.product()
    query = "select integration.record_price(%s, null, 'awin', 'retail', %s, 'EUR', %s)"
    news = [
        db.execute(query, [product, price, at(minute)]).fetchone()[0]
        for minute, price in enumerate((13000, 13000, 12000, None))
    ]
    assert news == [1, 0, 1, 1]
    assert current() == {"whole": (None, None, at(3), at(3))}


def test_sessions_that_write_the_same_prices_end_with_the_same_result(
    committed, in_parallel, write_in
):
    committed.execute(
        """
        insert into products.products (name, slug)
        select 'Shoe', 'shoe-' || number from generate_series(0, 4) as number
        """
    )
    products = [row[0] for row in committed.execute("select id from products.products order by id")]
    types = ("ask", "bid", "last_sale", "average", "retail", "indicator")

    def batches(number):
        """Return what one session says, much of which others say at the same time."""
        draw = random.Random(number)
        return [
            [(draw.choice(products), draw.choice(types), draw.randrange(60)) for _ in range(40)]
            for _ in range(12)
        ]

    def price(minute):
        return 1000 + minute // 7

    def work(connection, number):
        for batch in batches(number):
            observations = [
                {
                    "product_id": product,
                    "source": "stockx",
                    "price_type": price_type,
                    "condition": "new",
                    "region": "global",
                    "channel": "standard",
                    "currency": "GBP",
                    "price_cents": price(minute),
                    "observed_at": at(minute),
                    "origin": "test",
                }
                for product, price_type, minute in batch
            ]
            write_in(connection, "integration.record_prices", observations)

    in_parallel(8, work)
    model = Model()
    for number in range(8):
        for batch in batches(number):
            model.record(((product, kind), at, price(at), None) for product, kind, at in batch)
    found = defaultdict(list)
    for product, price_type, *span in committed.execute(
        """
        select
            price.product_id, price.price_type,
            history.valid_from, history.last_seen_at, history.price_cents
        from integration.price_history as history
        inner join integration.price_sources as price
            on history.product_id = price.product_id and history.price_source_id = price.id
        order by 1, 2, 3
        """
    ):
        found[product, price_type].append(tuple(span))
    assert found == model.history()
