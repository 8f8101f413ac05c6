"""What each role of the database may do: everything else is tried, and refused."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]
ROLES = ("app", "worker", "readonly", "auditor")

MARKET = """
    core.brands core.categories core.colors core.materials core.tags
    products.products products.sizes products.size_conversions products.variants
    products.gtins products.product_colors products.product_materials products.misplaced_sizes
    integration.product_links integration.price_sources integration.price_history
    integration.market_snapshots integration.market_sales integration.offer_histograms
    integration.fx_rates platforms.platforms system.feature_flags
    analytics.* equities.* pricing.* sync.*
"""
# Read in whole or, where secrets stand beside, in part. Nothing else is granted but what is here.
READS = {
    "readonly": MARKET,
    "app": MARKET
    + """
        core.suppliers core.supplier_accounts core.supplier_purchases core.supplier_tags
        core.supplier_links core.supplier_history core.supplier_performance products.inventory
        products.inventory_tags products.reservations platforms.* transactions.orders
        transactions.payouts
        auth.users auth.passwords auth.roles auth.permissions auth.role_permissions
        auth.user_roles auth.sessions auth.api_keys auth.deletion_requests
    """,
    "worker": MARKET
    + """
        integration.* platforms.* transactions.* products.inventory products.reservations
        core.suppliers
        core.supplier_accounts system.config system.alerts system.installation
    """,
    "auditor": """
        core.* products.* integration.* sync.* platforms.* transactions.* pricing.*
        analytics.* equities.* auth.* system.* strangler.* api.*
    """,
}
_OWN = """
    core.supplier_accounts core.supplier_purchases products.inventory products.inventory_tags
    products.reservations platforms.accounts
"""
_TAKEN_IN = """
    products.products products.sizes products.variants products.gtins products.product_colors
    products.product_materials integration.* sync.* equities.*
"""
_MASTER = "core.brands core.categories core.colors core.materials core.tags"
WRITES = {
    ("app", "insert"): f"""{_OWN} platforms.listings platforms.listing_prices
        platforms.listing_events transactions.orders transactions.payouts auth.users
        auth.passwords auth.sessions auth.deletion_requests sync.active_subscriptions
        sync.subjects""",
    ("app", "update"): f"""{_OWN} platforms.listings transactions.orders transactions.payouts
        auth.users auth.passwords auth.sessions auth.api_keys sync.active_subscriptions
        sync.subjects""",
    ("app", "delete"): f"{_OWN} platforms.listings auth.sessions sync.active_subscriptions",
    ("worker", "insert"): f"""{_TAKEN_IN} {_MASTER} platforms.* transactions.* system.logs
        system.alerts""",
    ("worker", "update"): f"""{_TAKEN_IN} {_MASTER} platforms.* transactions.*
        products.inventory products.reservations system.alerts""",
    ("worker", "delete"): _TAKEN_IN,
}
SECRETS = {
    ("auth.passwords", "password_hash"): set(),
    ("auth.sessions", "token_sha256"): set(),
    ("auth.api_keys", "key_sha256"): set(),
    ("core.suppliers", "encrypted_api_key"): {"worker"},
    ("core.supplier_accounts", "encrypted_password"): {"worker"},
    ("core.supplier_accounts", "encrypted_proxy"): {"worker"},
    ("platforms.accounts", "encrypted_access_token"): {"worker"},
    ("platforms.accounts", "encrypted_refresh_token"): {"worker"},
    ("system.config", "encrypted_value"): {"worker"},
}


def has(names: str, table: str) -> bool:
    """Tell whether a list of names has a table, or all of its schema."""
    return table in names.split() or f"{table.split('.')[0]}.*" in names.split()


def relations(db: Connection) -> Iterator[tuple[str, str, bool, str]]:
    """Yield name, kind, whether it is a partition, and a column that can be updated."""
    yield from db.execute(
        """
        select
            format('%I.%I', namespace.nspname, class.relname), class.relkind,
            class.relispartition,
            (
                select quote_ident(attribute.attname) from pg_attribute as attribute
                where
                    attribute.attrelid = class.oid and attribute.attnum > 0
                    and attribute.attgenerated = '' and attribute.attidentity = ''
                    and not attribute.attisdropped
                order by attribute.attname <> 'revoked_at', attribute.attname <> 'email',
                    attribute.attnum
                limit 1
            )
        from system.installation
        cross join jsonb_each_text(schema_map) as room (plain_name, name)
        inner join pg_namespace as namespace on room.name = namespace.nspname
        inner join pg_class as class on namespace.oid = class.relnamespace
        where class.relkind in ('r', 'p', 'v', 'm')
        order by 1
        """
    ).fetchall()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_do_what_it_needs_and_is_refused_everything_else(
    db: Connection, role: str
) -> None:
    wrong = []
    tried = list(relations(db))
    assert len(tried) > 100
    db.execute(sql.SQL("set local role {}").format(sql.Identifier(f"mdt_{role}")))
    for table, kind, is_partition, column in tried:
        statements = {"select": f"select from {table}"}
        if kind in "rp":
            statements |= {
                "insert": f"insert into {table} ({column}) values (null)",
                "update": f"update {table} set {column} = null",
                "delete": f"delete from {table}",
                "truncate": f"truncate {table}",
            }
        for privilege, statement in statements.items():
            wanted = not is_partition and (
                has(READS[role], table)
                if privilege == "select"
                else has(WRITES.get((role, privilege), ""), table)
            )
            # What is only planned is checked for rights, and does nothing.
            explain = "" if privilege == "truncate" else "explain "
            allowed = _is_allowed(db, explain + statement)
            if allowed != wanted:
                wrong.append(f"{privilege} on {table}: {'allowed' if allowed else 'refused'}")
    assert wrong == []


def _is_allowed(db: Connection, statement: str) -> bool:
    try:
        with db.transaction(force_rollback=True):
            db.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.errors.ReadOnlySqlTransaction:
        return False
    return True


@pytest.mark.parametrize("role", ROLES)
def test_a_secret_is_read_by_those_alone_that_need_it(db: Connection, role: str) -> None:
    db.execute(sql.SQL("set local role {}").format(sql.Identifier(f"mdt_{role}")))
    for (table, column), readers in SECRETS.items():
        assert _is_allowed(db, f"select {column} from {table}") == (role in readers), column


def test_no_column_of_a_secret_is_unknown_to_the_tests(db: Connection) -> None:
    found = db.execute(
        "select attrelid::regclass::text, attname from pg_attribute"
        " inner join pg_class on oid = attrelid and relkind in ('r', 'p') and not relispartition"
        " where system.is_secret(attname) and not attisdropped"
        " and relnamespace = any(system.installed_schemas()::regnamespace[])"
    ).fetchall()
    assert set(found) == set(SECRETS)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_owns_creates_or_passes_on_anything(db: Connection, role: str) -> None:
    name = f"mdt_{role}"
    rights = db.execute(
        "select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication"
        " from pg_roles where rolname = %s",
        [name],
    ).fetchone()
    assert rights == (False,)
    for (schema,) in db.execute("select unnest(system.installed_schemas())").fetchall():
        query = "select has_schema_privilege(%s, %s, 'create')"
        assert db.execute(query, [name, schema]).fetchone() == (False,), schema
    grantable = db.execute(
        "select count(*) from pg_class cross join aclexplode(relacl) as entry"
        " where entry.is_grantable and entry.grantee = %s::regrole",
        [name],
    ).fetchone()
    assert grantable == (0,)


@pytest.mark.parametrize("role", ROLES)
def test_a_function_with_its_owners_rights_is_called_by_whom_it_is_for_alone(
    db: Connection, role: str
) -> None:
    found = db.execute(
        "select proname from pg_proc where prosecdef and pronamespace ="
        " any(system.installed_schemas()::regnamespace[])"
        " and has_function_privilege(%s, oid, 'execute') order by 1",
        [f"mdt_{role}"],
    ).fetchall()
    wanted = ["create_api_key", "find_login", "use_api_key", "use_session"]
    assert [row[0] for row in found] == (wanted if role == "app" else [])


def test_the_settings_of_a_role_limit_how_long_it_takes(db: Connection) -> None:
    rows = dict(
        db.execute(
            "select rolname, rolconfig::text from pg_roles where starts_with(rolname, 'mdt_')"
        ).fetchall()
    )
    assert "role=mdt_owner" in rows["mdt_migrator"]
    for role in ROLES:
        for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert setting in rows[f"mdt_{role}"], (role, setting)


def test_what_appears_between_two_applies_is_readable_where_all_of_a_schema_is(
    db: Connection,
) -> None:
    db.execute("create table analytics.trends (id int); create table auth.recovery_codes (id int)")
    for role, wanted in (("readonly", True), ("app", True), ("auditor", True)):
        query = "select has_table_privilege(%s, 'analytics.trends', 'select')"
        assert db.execute(query, [f"mdt_{role}"]).fetchone() == (wanted,), role
    query = "select has_table_privilege('mdt_auditor', 'auth.recovery_codes', 'select')"
    assert db.execute(query).fetchone() == (False,)


def test_the_owner_is_no_role_that_the_others_are_members_of(db: Connection) -> None:
    found = db.execute(
        "select pg_get_userbyid(roleid), pg_get_userbyid(member) from pg_auth_members"
        " where starts_with(pg_get_userbyid(member), 'mdt_') order by 1"
    ).fetchall()
    assert found == [("mdt_owner", "mdt_migrator"), ("pg_monitor", "mdt_auditor")]
