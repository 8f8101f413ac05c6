"""integration.cents_from_units, cents_from_float, get_cents and get_alias_cents: money in cents."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

quick = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def scalar(db):
    return lambda query, *values: db.execute(query, values).fetchone()[0]


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("132", 13200),
        ("130.00", 13000),
        ("0.05", 5),
        ("0.005", 1),
        ("0.0049", 0),
        ("217.7085", 21771),
        (" 115 ", 11500),
        ("-5", -500),
        ("0", 0),
        ("000", 0),
        ("999999999999", 99999999999900),
        ("1000000000000", None),
        ("1." + "3" * 30, 133),
        ("1." + "3" * 31, None),
        ("1,097", None),
        ("$1097", None),
        ("£115", None),
        ("EUR130.00", None),
        ("1e3", None),
        ("+5", None),
        (".5", None),
        ("5.", None),
        ("--5", None),
        ("inf", None),
        ("-inf", None),
        ("NaN", None),
        ("٣", None),
        ("", None),
        (" ", None),
        (None, None),
    ],
)
def test_amounts_in_units(scalar, amount, cents):
    assert scalar("select integration.cents_from_units(%s)", amount) == cents


@quick
@given(cents=st.integers(-(10**14) + 1, 10**14 - 1))
def test_whole_cents_come_back_as_they_were(scalar, cents):
    sign, units = "-" if cents < 0 else "", abs(cents)
    text = f"{sign}{units // 100}.{units % 100:02}"
    assert scalar("select integration.cents_from_units(%s)", text) == cents


@quick
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20))
def test_any_text_is_an_amount_or_none(scalar, text):
    cents = scalar("select integration.cents_from_units(%s)", text)
    if cents is not None:
        assert abs(cents - float(text) * 100) <= 0.5 + 1e-6 * abs(cents)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (132.0, 13200),
        (0.1 + 0.2, 30),
        (19.99, 1999),
        (1.005, 101),
        (-5.5, -550),
        (-0.0, 0),
        (9999999999999.0, 999999999999900),
        (1e13, None),
        (1e300, None),
        (math.inf, None),
        (-math.inf, None),
        (math.nan, None),
        (None, None),
    ],
)
def test_amounts_in_binary_fractions(scalar, amount, cents):
    assert scalar("select integration.cents_from_float(%s::float8)", amount) == cents


@quick
@given(cents=st.integers(-(10**13), 10**13))
def test_cents_survive_being_a_binary_fraction(scalar, cents):
    assert scalar("select integration.cents_from_float(%s::float8)", cents / 100) == cents


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        (132, 13200),
        ("132.50", 13250),
        *((other, None) for other in (0, "-1", "x", None, [], {}, True)),
    ],
)
def test_amounts_that_are_worth_having(scalar, value, cents):
    assert scalar("select integration.get_cents(%s, 'a')", Jsonb({"a": value})) == cents


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        ("11000", 11000),
        (11000, 11000),
        *((other, None) for other in ("0", "00", "", "1.5", "-1", "9" * 13, None, [], False)),
    ],
)
def test_amounts_of_alias(scalar, value, cents):
    assert scalar("select integration.get_alias_cents(%s, 'a')", Jsonb({"a": value})) == cents


@pytest.mark.parametrize("item", [None, 7, "a", [], True], ids=str)
def test_what_is_no_object_has_no_amounts(scalar, item):
    assert scalar("select integration.get_cents(%s, 'a')", Jsonb(item)) is None
    assert scalar("select integration.get_alias_cents(%s, 'a')", Jsonb(item)) is None
