"""What the tables of users accept and refuse, without any function."""

from typing import Any

import psycopg
import pytest

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.mark.parametrize(
    "email",
    [
        "anna@example.com",
        "first.last+tag@sub.example.co.uk",
        "O'Neil_9@exa-mple.org",
        "deleted_7d4a1c1e-5f0e-4c57-9a53-0f3a6f4b8c11@anonymized.local",
        "jürgen@xn--mnchen-3ya.de",
    ],
)
def test_an_address_that_mail_could_reach_is_accepted(db: Connection, email: str) -> None:
    db.execute("insert into auth.users (email) values (%s)", [email])


@pytest.mark.parametrize(
    "email",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "anna@localhost",
        "anna@@example.com",
        "anna@example..com",
        ".anna@example.com",
        "an..na@example.com",
        "anna.@example.com",
        "anna@-example.com",
        "anna @example.com",
        "anna@example.com ",
        "anna@example.com\nbcc: all@example.com",
        "Anna <anna@example.com>",
        "a" * 65 + "@example.com",
        "a@" + "b" * 250 + ".com",
    ],
)
def test_what_is_no_address_is_refused_by_a_rule_that_says_so(db: Connection, email: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="email_has_the_form_of_one"):
        db.execute("insert into auth.users (email) values (%s)", [email])


def test_two_users_never_share_an_address_or_a_name_in_other_letters(db: Connection) -> None:
    db.execute("insert into auth.users (email, username) values ('Anna@example.com', 'Anna')")
    for row in (("anna@EXAMPLE.com", "other"), ("other@example.com", "aNNa")):
        with pytest.raises(psycopg.errors.UniqueViolation), db.transaction():
            db.execute("insert into auth.users (email, username) values (%s, %s)", row)


@pytest.mark.parametrize("password", ["hunter2", "hunter2" * 10, "$2b$short"])
def test_a_plain_password_is_refused(db: Connection, password: str) -> None:
    db.execute("insert into auth.users (email) values ('anna@example.com')")
    with pytest.raises(psycopg.errors.CheckViolation, match="names_its_method"):
        db.execute("insert into auth.passwords select id, %s from auth.users", [password])


def test_roles_come_with_the_permissions_that_their_descriptions_promise(db: Connection) -> None:
    rows = db.execute(
        "select role, count(*) from auth.role_permissions group by role order by role"
    ).fetchall()
    assert rows == [("admin", 10), ("readonly", 5), ("user", 8)]


def test_the_trail_of_users_has_no_hash_of_a_password(db: Connection) -> None:
    audited = [
        row[0]
        for row in db.execute(
            "select audited::text from system.audited_tables where audited::text ~ '^auth'"
            " order by 1"
        )
    ]
    assert "auth.users" in audited
    assert not {"auth.passwords", "auth.sessions", "auth.api_key_buckets"} & set(audited)


def test_a_user_has_one_deletion_request_at_a_time_due_within_a_month(db: Connection) -> None:
    db.execute("insert into auth.users (email) values ('anna@example.com')")
    ask = "insert into auth.deletion_requests (user_id) select id from auth.users"
    db.execute(ask)
    with pytest.raises(psycopg.errors.UniqueViolation), db.transaction():
        db.execute(ask)
    db.execute("update auth.deletion_requests set state = 'withdrawn', finished_at = now()")
    db.execute(ask)
    days = db.execute("select due_at - requested_at from auth.deletion_requests").fetchall()
    assert {row[0].days for row in days} == {30}
