"""Two users never see or touch each other's rows, through any table, view, function or error."""

import contextlib
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Connection = psycopg.Connection[tuple[Any, ...]]

# For a user %(user)s: rows of theirs in each table, with %(mark)s wherever a text fits.
ROWS = """
with stock as (
    insert into products.inventory (owner_id, product_id, currency, notes)
    select %(user)s, product.id, 'EUR', %(mark)s from products.products as product limit 1
    returning id, product_id
),
tag as (
    insert into products.inventory_tags (inventory_id, tag_id)
    select stock.id, tag.id from stock cross join core.tags as tag
),
reserved as (
    insert into products.reservations (inventory_id, quantity, reason, reserved_until)
    select stock.id, 1, %(mark)s, now() + interval '1 day' from stock
),
seller as (
    insert into platforms.accounts (owner_id, platform_id, external_account_id, username)
    select %(user)s, platform.id, %(mark)s, %(mark)s
    from platforms.platforms as platform where platform.slug = 'stockx'
),
listing as (
    insert into platforms.listings (
        owner_id, platform_id, inventory_id, product_id, currency, price_cents,
        external_listing_id
    )
    select %(user)s, platform.id, stock.id, stock.product_id, 'EUR', 1000, %(mark)s
    from stock inner join platforms.platforms as platform on platform.slug = 'stockx'
    returning id, platform_id, product_id
),
price as (
    insert into platforms.listing_prices (listing_id, price_cents, currency, reason)
    select listing.id, 1000, 'EUR', %(mark)s from listing
),
event as (
    insert into platforms.listing_events (listing_id, happened_at, event, reason)
    select listing.id, now(), 'listed', %(mark)s from listing
),
payout as (
    insert into transactions.payouts (
        owner_id, platform_id, external_payout_id, currency, net_cents
    )
    select %(user)s, listing.platform_id, %(mark)s, 'EUR', 900 from listing
),
sale as (
    insert into transactions.orders (
        owner_id, product_id, platform_id, sold_at, currency, sale_price_cents, notes,
        external_order_id
    )
    select %(user)s, listing.product_id, listing.platform_id, now(), 'EUR', 1000, %(mark)s,
        %(mark)s
    from listing
),
account as (
    insert into core.supplier_accounts (supplier_id, owner_id, email, notes)
    select supplier.id, %(user)s, %(mark)s || '@example.net', %(mark)s
    from core.suppliers as supplier
    returning id
),
purchase as (
    insert into core.supplier_purchases (
        account_id, amount_cents, currency, purchased_at, status, order_reference
    )
    select account.id, 100, 'EUR', now(), 'done', %(mark)s from account
),
request as (
    insert into auth.deletion_requests (user_id, reason) values (%(user)s, %(mark)s)
),
password as (
    insert into auth.passwords (user_id, password_hash)
    values (%(user)s, '$2b$12$' || %(mark)s || repeat('x', 30))
),
session as (
    insert into auth.sessions (user_id, token_sha256, expires_at, user_agent)
    values (%(user)s, sha256(%(mark)s::bytea), now() + interval '1 day', %(mark)s)
)
update auth.users set full_name = %(mark)s where id = %(user)s
"""
TABLES = [
    "products.inventory",
    "products.inventory_tags",
    "products.reservations",
    "platforms.accounts",
    "platforms.listings",
    "platforms.listing_prices",
    "platforms.listing_events",
    "transactions.orders",
    "transactions.payouts",
    "core.supplier_accounts",
    "core.supplier_purchases",
    "auth.users",
    "auth.user_roles",
    "auth.sessions",
    "auth.api_keys",
    "auth.deletion_requests",
    "auth.passwords",
]


@pytest.fixture
def marks(db: Connection, users: list[Any]) -> list[str]:
    """Give both users rows in every table of users, with a word of their own in them."""
    db.execute("insert into products.products (name, slug) values ('Shoe', 'a-shoe')")
    db.execute("insert into core.tags (name, slug) values ('Rare', 'rare')")
    db.execute(
        "insert into core.suppliers (name, slug, supplier_type) values ('Shop', 'shop', 'shop')"
    )
    words = ["markofanna", "markofbob"]
    for user, word in zip(users, words, strict=True):
        db.execute(ROWS, {"user": user, "mark": word})
        db.execute("select auth.create_api_key(%s, %s, '{orders.read}')", [user, word])
    return words


def columns(db: Connection, table: str) -> str:
    """Return the columns that the present role may read, as a list."""
    row = db.execute(
        "select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid ="
        " %s::regclass and attnum > 0 and not attisdropped"
        " and has_column_privilege(attrelid, attnum, 'select')",
        [table],
    ).fetchone()
    assert row
    return str(row[0])


def seen(db: Connection, table: str) -> str:
    """Return all that the present role and user see of a table, as one text."""
    row = db.execute(
        f"select coalesce(string_agg(t::text, ' '), '') from (select {columns(db, table)}"
        f" from {table}) as t"
    ).fetchone()
    assert row
    return str(row[0])


def test_every_table_of_users_shows_the_user_their_rows_and_nobody_elses(
    db, users, marks, act
) -> None:
    rules = db.execute("select relation::text from system.row_rules()").fetchall()
    assert {row[0] for row in rules} - {"auth.api_key_buckets"} == set(TABLES)
    for user, own, other in zip(users, marks, marks[::-1], strict=True):
        act("app", user)
        for table in TABLES:
            count = db.execute(f"select count(*) from {table}").fetchone()
            assert count == (1,), table
            text = seen(db, table)
            assert other not in text
            assert str(users[1 - users.index(user)]) not in text
            if table not in ("products.inventory_tags", "auth.user_roles", "auth.passwords"):
                assert own in text, table


def test_nobody_and_no_setting_see_nothing(db, users, marks, act) -> None:
    act("app")
    assert all(seen(db, table) == "" for table in TABLES)
    db.execute("reset mdt.user_id")
    assert all(seen(db, table) == "" for table in TABLES)


def test_no_relation_that_the_application_reads_shows_the_other_user(db, users, marks, act) -> None:
    act("")
    readable = [
        row[0]
        for row in db.execute(
            "select format('%I.%I', nspname, relname) from pg_class inner join pg_namespace as n"
            " on n.oid = relnamespace where relkind in ('r', 'p', 'v', 'm') and relispopulated"
            " and nspname = any(system.installed_schemas())"
            " and has_any_column_privilege('mdt_app', pg_class.oid, 'select')"
        )
    ]
    assert len(readable) > 40
    act("app", users[0])
    for relation in readable:
        text = seen(db, relation)
        assert marks[1] not in text, relation
        assert str(users[1]) not in text, relation


ATTEMPTS = st.sampled_from(
    [
        "update products.inventory set owner_id = %(other)s",
        "update products.inventory set notes = 'x' where owner_id = %(other)s",
        "delete from products.inventory where owner_id = %(other)s",
        "delete from platforms.listings where external_listing_id = %(mark)s",
        "insert into platforms.listings (owner_id, platform_id, product_id, currency, price_cents,"
        " external_listing_id) select %(own)s, platform_id, product_id, 'EUR', 1, %(mark)s"
        " from platforms.listings",
        "insert into products.inventory (owner_id, product_id, currency) select %(other)s,"
        " product_id, 'EUR' from products.inventory",
        "insert into core.supplier_accounts (supplier_id, owner_id, email) select id, %(own)s,"
        " %(mark)s || '@example.net' from core.suppliers",
        "insert into core.supplier_purchases (account_id, amount_cents, currency, purchased_at,"
        " status) values (%(account)s, 1, 'EUR', now(), 'done')",
        "insert into platforms.listing_events (listing_id, happened_at, event)"
        " values (%(listing)s, now(), 'sold')",
        "insert into auth.users (id, email) values (%(other)s, 'bob@example.org')",
        "update auth.users set email = 'BOB@example.org'",
        "insert into auth.deletion_requests (user_id) values (%(other)s)",
        "select auth.create_api_key(%(other)s, 'mine', '{}')",
        "update auth.api_keys set revoked_at = now() where name = %(mark)s",
        "update auth.passwords set password_hash = '$2b$12$' || repeat('y', 30)",
        "delete from auth.sessions",
        "select 1 / (select count(*)::int - 1 from products.inventory)",
        "select notes::int from products.inventory",
        "select external_order_id::int from transactions.orders where notes = %(mark)s",
        "update transactions.orders set sale_price_cents = -1",
        "insert into auth.sessions (user_id, token_sha256, expires_at)"
        " values (%(own)s, sha256(%(mark)s::bytea), now() + interval '1 day')",
        "select api.market_page('a-shoe'), api.sync_health()",
        "select * from api.search_products(%(mark)s)",
    ]
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(attempts=st.lists(ATTEMPTS, min_size=1, max_size=4), first=st.booleans())
def test_whatever_a_user_tries_the_other_one_loses_nothing_and_is_not_told_of(
    db, users, marks, act, attempts: list[str], first: bool
) -> None:
    me, other = (0, 1) if first else (1, 0)
    with db.transaction(force_rollback=True):
        act("")
        rows = {
            name: db.execute(
                f"select id from {table} where owner_id = %s", [users[other]]
            ).fetchone()[0]
            for name, table in {
                "account": "core.supplier_accounts",
                "listing": "platforms.listings",
            }.items()
        }
        # The caller knows the other's ids and words: only what else comes back is a leak.
        values = rows | {"own": users[me], "other": users[other], "mark": marks[other]}
        act("app", users[other])
        before = {table: seen(db, table) for table in TABLES}
        act("app", users[me])
        for attempt in attempts:
            given_away = "" if "%(mark)s" in attempt or "bob" in attempt.lower() else marks[other]
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
                try:
                    with db.transaction():
                        answer = str(db.execute(attempt, values).statusmessage)
                except psycopg.Error as error:
                    answer = " ".join(
                        str(part)
                        for part in (
                            error,
                            error.diag.message_detail,
                            error.diag.message_hint,
                            error.diag.context,
                        )
                    )
                    if isinstance(error, psycopg.errors.InsufficientPrivilege):
                        raise
                assert "Failing row" not in answer or marks[other] not in answer, attempt
                assert not given_away or given_away not in answer, attempt
        act("app", users[other])
        assert {table: seen(db, table) for table in TABLES} == before


def test_worker_auditor_and_owner_see_all_rows_unless_they_act_for_a_user(
    db, users, marks, act
) -> None:
    for role in ("worker", "auditor", ""):
        act(role)
        assert db.execute("select count(*) from products.inventory").fetchone() == (2,), role
    act("worker", users[0])
    assert db.execute("select owner_id from products.inventory").fetchall() == [(users[0],)]


def test_the_policy_is_an_index_condition(db, users, act) -> None:
    db.execute("insert into products.products (name, slug) values ('Shoe', 'a-shoe')")
    db.execute(
        "insert into products.inventory (owner_id, product_id, currency)"
        " select (array[%s, %s]::uuid[])[1 + (n %% 50 = 0)::int], product.id, 'EUR'"
        " from generate_series(1, 5000) as n cross join products.products as product",
        users,
    )
    db.execute("analyze products.inventory")
    act("app", users[1])
    db.execute("set local jit = off")
    plan = "\n".join(
        row[0]
        for row in db.execute("explain (analyze, costs off) select * from products.inventory")
    )
    assert "Index Cond: (owner_id = $0)" in plan or "Index Cond: (owner_id = (InitPlan" in plan
    assert "InitPlan" in plan
