"""API keys: shown once, never more than their user may do, and as many calls as agreed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

Connection = psycopg.Connection[tuple[Any, ...]]


def use(db: Connection, key: str, *arguments: object) -> dict[str, Any]:
    places = "".join(", %s" for _ in arguments)
    with db.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        row = cursor.execute(
            f"select * from auth.use_api_key(%s{places})", [key, *arguments]
        ).fetchone()
    assert row
    return row


def create(db: Connection, user: Any, *arguments: object) -> str:
    places = "".join(", %s" for _ in arguments)
    row = db.execute(
        f"select auth.create_api_key(%s, 'key', '{{orders.read}}'{places})", [user, *arguments]
    ).fetchone()
    assert row
    return str(row[0])


def test_a_key_is_kept_as_its_hash_and_first_letters_only(db, users, act) -> None:
    act("app", users[0])
    key = create(db, users[0])
    assert len(key) == 100
    act("")
    everything = db.execute(
        "select (select string_agg(k::text, ' ') from auth.api_keys as k)"
        " || (select string_agg(l::text, ' ') from system.audit_log as l)"
    ).fetchone()
    assert key[:12] in everything[0]
    assert key[12:40] not in everything[0]


def test_a_used_key_lets_the_transaction_act_for_its_user(db, users, act) -> None:
    act("app", users[1])
    key = create(db, users[1])
    act("app")
    answer = use(db, key, "orders.read")
    assert answer["is_allowed"]
    assert answer["calls_left"] == 59
    assert db.execute("select id from auth.users").fetchall() == [(users[1],)]
    assert db.execute("select current_setting('mdt.actor')").fetchone() == (key[:12],)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("update auth.api_keys set revoked_at = now()", "unknown key"),
        ("update auth.api_keys set created_at = now() - interval '2 d', expires_at = now()"
         " - interval '1 d'", "unknown key"),
        ("update auth.users set is_active = false", "unknown key"),
        ("update auth.api_keys set scopes = '{market.read}'", "outside its scopes"),
        ("delete from auth.user_roles", "outside its scopes"),
        ("update auth.user_roles set created_at = now() - interval '2 d', expires_at = now()"
         " - interval '1 d'", "outside its scopes"),
        ("delete from auth.role_permissions where permission = 'orders.read'",
         "outside its scopes"),
    ],
)  # fmt: skip
def test_a_key_ends_with_what_it_rests_on_and_the_caller_acts_for_nobody(
    db, users, act, change: str, reason: str
) -> None:
    key = create(db, users[0])
    db.execute(change)
    act("app", users[1])
    answer = use(db, key, "orders.read")
    assert (answer["is_allowed"], answer["reason"]) == (False, reason)
    assert db.execute("select count(*) from auth.users").fetchone() == (0,)


def test_a_wrong_key_is_told_apart_from_no_other(db, users, act) -> None:
    key = create(db, users[0])
    act("app")
    answers = [use(db, wrong) for wrong in ("", "mdt_", key[:-1], key + "0", "é" * 200)]
    assert answers == [answers[0]] * 5
    assert answers[0]["reason"] == "unknown key"


def test_a_key_for_more_than_its_user_may_do_is_refused(db, users, act) -> None:
    act("app", users[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"users\.manage"):
        db.execute("select auth.create_api_key(%s, 'k', '{users.manage}')", [users[0]])


def test_a_burst_is_allowed_and_then_no_more_than_what_comes_in(db, users) -> None:
    key = create(db, users[0], 6, 3)
    left = [use(db, key)["calls_left"] for _ in range(3)]
    assert left == [2, 1, 0]
    refused = use(db, key)
    assert (refused["is_allowed"], refused["reason"]) == (False, "too many calls")
    assert 0 < refused["retry_after"].total_seconds() <= 10
    db.execute("update auth.api_key_buckets set filled_at = filled_at - interval '10 s'")
    assert use(db, key)["is_allowed"]
    db.execute("update auth.api_key_buckets set filled_at = filled_at - interval '1 h'")
    assert use(db, key, None, 3)["is_allowed"], "full after a pause"
    assert use(db, key, None, 4)["retry_after"] is None, "more than a bucket holds never comes"
    counts = db.execute("select used_calls, refused_calls from auth.api_key_buckets").fetchone()
    assert counts == (7, 5)


def test_calls_that_are_none_are_misuse(db, users) -> None:
    key = create(db, users[0])
    for calls in (0, -1, None):
        with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
            use(db, key, None, calls)


def test_fifty_callers_at_once_get_no_more_than_was_agreed(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("insert into auth.users (email) values ('anna@example.com')")
        row = db.execute(
            "select auth.create_api_key(id, 'key', '{}', 1, 120) from auth.users"
        ).fetchone()
        key = row[0]

        def call(_: int) -> int:
            with psycopg.connect(dsn, autocommit=True) as own:
                return sum(use(own, key)["is_allowed"] for _ in range(5))

        with ThreadPoolExecutor(50) as callers:
            allowed = sum(callers.map(call, range(50)))
        used, refused, tokens = db.execute(
            "select used_calls, refused_calls, tokens from auth.api_key_buckets"
        ).fetchone()
        assert used == allowed
        assert used + refused == 250
        # One call a minute comes in: what was used and what is left is what was there, and that.
        minutes = float(used + tokens - 120)
        assert allowed >= 120
        assert 0 <= minutes < 10
