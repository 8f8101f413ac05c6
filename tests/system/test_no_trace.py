"""Whatever a person is called: once forgotten, no dump of the database knows it."""

import json
import secrets
import subprocess
from urllib.parse import quote

import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import sql

from toolkit.servers import choose_server

# Letters in front of and behind the word that is looked for in the dump.
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\"'\\%_["), max_size=12
)

# One row of each table with rows of a user. %(key)s: the user.
ROWS = """
    insert into auth.users (id, email) values (%(key)s, %(email)s);
    insert into auth.passwords (user_id, password_hash)
    values (%(key)s, '$2b$10$' || %(word)s || '0123456789');
    insert into auth.sessions (user_id, token_sha256, expires_at)
    values (%(key)s, sha256(convert_to(%(word)s, 'UTF8')), now() + interval '1 day');
    insert into auth.api_keys (user_id, name, key_start, key_sha256)
    values (%(key)s, 'k', 'mdt_00000000', sha256(convert_to(%(word)s || 'k', 'UTF8')));
    insert into auth.user_roles (user_id, role) values (%(key)s, 'user');
    insert into auth.deletion_requests (user_id) values (%(key)s);
    with supplier as (
        insert into core.suppliers (name, slug, supplier_type)
        values ('S', 's-' || lower(%(word)s), 'shop') returning id
    ), account as (
        insert into core.supplier_accounts (supplier_id, owner_id, email)
        select id, %(key)s, 'x@example.com' from supplier returning id
    )
    insert into core.supplier_purchases (account_id, amount_cents, currency, purchased_at, status)
    select id, 1, 'EUR', now(), 'ok' from account;
    insert into products.products (name, slug) values ('P', 'p-' || lower(%(word)s));
    insert into platforms.platforms (name, slug) values ('F', 'f-' || lower(%(word)s));
    with made as (
        select product.id as product_id, platform.id as platform_id
        from products.products as product, platforms.platforms as platform
        where product.slug = 'p-' || lower(%(word)s) and platform.slug = 'f-' || lower(%(word)s)
    ), stock as (
        insert into products.inventory (owner_id, product_id, currency)
        select %(key)s, product_id, 'EUR' from made returning id
    ), reserved as (
        insert into products.reservations (inventory_id, quantity) select id, 1 from stock
    ), account as (
        insert into platforms.accounts (owner_id, platform_id) select %(key)s, platform_id from made
    ), listing as (
        insert into platforms.listings (
            owner_id, platform_id, inventory_id, product_id, currency, price_cents
        )
        select %(key)s, platform_id, stock.id, product_id, 'EUR', 1 from made, stock returning id
    ), event as (
        insert into platforms.listing_events (listing_id, happened_at, event)
        select id, now(), 'listed' from listing
    ), price as (
        insert into platforms.listing_prices (listing_id, price_cents, currency)
        select id, 1, 'EUR' from listing
    ), payout as (
        insert into transactions.payouts (
            owner_id, platform_id, external_payout_id, currency, net_cents
        )
        select %(key)s, platform_id, 'p', 'EUR', 1 from made
    )
    insert into transactions.orders (
        owner_id, product_id, platform_id, sold_at, currency, sale_price_cents
    )
    select %(key)s, product_id, platform_id, now(), 'EUR', 1 from made;
"""
# What a column has to look like; {} is the word, and no more than that fits.
FORMS = {
    "email": "{}@example.com",
    "username": "u.{}",
    "avatar_url": "https://example.com/{}",
    "password_hash": "$2b$10${}0123456789",
}
# Of a size that holds no word.
SMALL = {
    "preferred_currency",
    "key_start",
    "country_code",
    "payment_method_last4",
    "encrypted_password",
    "encrypted_proxy",
    "encrypted_access_token",
    "encrypted_refresh_token",
    "key_id",
    "time_zone",
    "state_code",
}

PERSONAL = """
    select
        reached.relation::text, known.column_name, known.class, attribute.atttypid::regtype::text
    from system.subject_tables('auth.users') as reached
    inner join system.classified_columns as known on reached.relation = known.relation
    inner join pg_attribute as attribute
        on attribute.attrelid = known.relation and attribute.attname = known.column_name
    where known.class in ('identifier', 'attribute', 'secret')
    order by 1, 2
"""


def dumped(dsn, connection):
    server = choose_server(connection.info.server_version // 10000)
    # An owner, who sees all rows by a policy, has to ask for what the policies show.
    command = [server.program("pg_dump"), "--data-only", "--enable-row-security", "--dbname", dsn]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def plant(db, key, around, word):
    """Write the word into every personal column of the user; return what identifies them."""
    identifiers = []
    for table, column, kind, type_name in db.execute(PERSONAL).fetchall():
        if column in SMALL or type_name not in ("text", "jsonb"):
            continue
        value = (
            FORMS.get(column, around).format(word)
            if column in FORMS
            else (around.replace("{}", word))
        )
        own = (
            db.execute(
                "select system.subject_condition(%s, 'auth.users', stores.places)"
                " from system.subject_stores(%s) as stores where not is_history",
                [table, table],
            )
            .fetchone()[0]
            .replace("$1::uuid", "%(key)s::uuid")
            .replace("t0.", "t0.")
        )
        statement = sql.SQL("update {} as t0 set {} = %(value)s where " + own).format(
            sql.Identifier(*table.split(".")), sql.Identifier(column)
        )
        written = json.dumps({"of": [value, {word: 1}]}) if type_name == "jsonb" else value
        assert db.execute(statement, {"value": written, "key": key}).rowcount == 1, (table, column)
        if kind == "identifier":
            identifiers.append(value)
    return identifiers


def mention(db, value):
    """Write an identifier wherever one may be mentioned."""
    facts = json.dumps({"a": [value, {value: 1}], "b": f"x {value} y"})
    for text in (f"x {value} y", f"({json.dumps(value)})", f"u={quote(value, safe='')}&"):
        db.execute(
            "insert into system.logs (level, component, message, details)"
            " values ('info', 'test', %s, %s)",
            [text, facts],
        )
    db.execute(
        "insert into integration.raw_snapshots (provider, payload_kind, observed_at, context,"
        " payload) values ('p', 'k', now(), %s, %s)",
        [facts, facts],
    )
    db.execute(
        "insert into integration.rejected_payloads (raw_snapshot_id, provider, payload_kind, path,"
        " reason, value) values (gen_random_uuid(), 'p', 'k', %s, %s, %s)",
        [value, value, facts],
    )
    db.execute(
        "insert into sync.api_call_queue (data_type, subject, error) values ('d', %s, 'e'),"
        " ('d', 's', %s)",
        [value, f"GET /x?u={quote(value, safe='')}"],
    )
    db.execute("insert into sync.queue_keys values ('d', %s, 1)", [value])
    db.execute("insert into sync.active_subscriptions values (%s, 'd', 's', now())", [value])
    db.execute(
        "insert into strangler.quarantine (move, source_key, source_row, reason, found_by)"
        " values ('m', %s, %s, 'r', 'capture'), ('m', %s, %s, %s, 'capture')",
        [json.dumps({"id": value}), facts, json.dumps({"id": secrets.token_hex()}), facts, value],
    )
    db.execute("update core.brands set name = 'X' || md5(random()::text) where slug = 'trace'")


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=TEXT, after=TEXT, mode=st.sampled_from(["anonymize", "erase"]))
def test_a_forgotten_person_leaves_no_trace_in_a_dump(dsn, before, after, mode):
    word = f"Zq{secrets.token_hex(8)}W"
    key = f"{secrets.token_hex(4)}-0000-4000-8000-{secrets.token_hex(6)}"
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute(
            "insert into sync.providers (name, display_name, base_url) values ('p', 'p', 'http://x')"
            " on conflict do nothing;"
            "insert into sync.data_type_registry (data_type, provider, payload_kind, target_table,"
            " request) values ('d', 'p', 'k', 'a.b', '{\"path\": \"x\"}') on conflict do nothing;"
            "insert into core.brands (name, slug) values ('B', 'trace') on conflict do nothing;"
            "insert into strangler.moves (name, source_system, description, source_table,"
            " source_key, source_group, target_table, target_key, target_values, map_function,"
            " write_function, withdraw_function) values ('m', 's', '', 'a', '{}', '{}', 'b', '{}',"
            " '{}', 'f', 'f', 'f') on conflict do nothing"
        )
        cursor = psycopg.ClientCursor(db)
        cursor.execute(ROWS, {"key": key, "email": "first@example.com", "word": word})
        identifiers = plant(db, key, f"{before} {{}}{after}", word)
        assert len(identifiers) > 5
        for value in sorted(set(identifiers)):
            db.execute("select set_config('mdt.actor', %s, false)", [value])
            db.execute("select set_config('mdt.reason', %s, false)", [f"for {value}"])
            mention(db, value)
        db.execute("reset mdt.actor; reset mdt.reason")
        # And once more, so that a history has what is no longer in the table.
        plant(db, key, "{}", f"{word}2")
        assert word in dumped(dsn, db)
        assert (
            db.execute(
                "select count(*) from system.forget_subject('user', %s, %s)", [key, mode]
            ).fetchone()[0]
            > 10
        )
        left = [line for line in dumped(dsn, db).splitlines() if word.lower() in line.lower()]
        # Master data of the test is called after it, and is nobody's.
        assert [line for line in left if f"-{word.lower()}" not in line] == []
