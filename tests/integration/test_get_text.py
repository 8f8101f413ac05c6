"""integration.get_text, parse_alias_size, parse_date, parse_time and parse_contest_date."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

quick = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@pytest.fixture
def scalar(db):
    return lambda query, *values: db.execute(query, values).fetchone()[0]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"a": "x"}, "x"),
        ({"a": "  x y "}, "x y"),
        ({"a": 7}, "7"),
        ({"a": 7.50}, "7.5"),
        ({"a": "x" * 200}, "x" * 200),
        ({"a": "x" * 201}, None),
        ({"a": ""}, None),
        ({"a": "  "}, None),
        ({"a": None}, None),
        ({"a": True}, None),
        ({"a": ["x"]}, None),
        ({"a": {}}, None),
        ({}, None),
        ("a", None),
        (["a"], None),
        (None, None),
    ],
)
def test_fields_as_text(scalar, item, text):
    assert scalar("select integration.get_text(%s, 'a')", Jsonb(item)) == text


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (9, "9"),
        (9.0, "9"),
        (9.5, "9.5"),
        (0, "0"),
        (99, "99"),
        (9.25, "9.25"),
        *((other, None) for other in (100, 9.125, -1, "9", None, [9], {}, True)),
    ],
)
def test_sizes_of_alias(scalar, size, label):
    assert scalar("select integration.parse_alias_size(%s)", Jsonb(size)) == label


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-11-28", date(2025, 11, 28)),
        ("2025-1-5", date(2025, 1, 5)),
        ("2025-11-28T23:59:59.999Z", date(2025, 11, 28)),
        ("2025-11-28 23:59:59", date(2025, 11, 28)),
        (" 2025-11-28 ", date(2025, 11, 28)),
        ("2025-11-281", None),
        ("2025-02-29", None),
        ("2025-00-01", None),
        ("2025-01-00", None),
        ("9999-01-01", None),
        ("0999-01-01", None),
        ("28.11.2025", None),
        ("today", None),
        ("", None),
        (None, None),
    ],
)
def test_days(scalar, text, day):
    assert scalar("select integration.parse_date(%s)", text) == day


@quick
@given(day=st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_every_day_of_the_calendar_is_read(scalar, day):
    assert scalar("select integration.parse_date(%s)", day.isoformat()) == day


@quick
@given(text=st.one_of(texts, st.from_regex(r"[12][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}", fullmatch=True)))
def test_no_text_is_an_error(scalar, text):
    scalar("select integration.parse_date(%s)", text)
    scalar("select integration.parse_time(%s)", text)
    scalar("select integration.parse_contest_date(%s)", text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-12-09T18:24:08.701Z", datetime(2025, 12, 9, 18, 24, 8, 701000, UTC)),
        ("2025-12-09 18:24:08Z", datetime(2025, 12, 9, 18, 24, 8, tzinfo=UTC)),
        ("2025-12-09T18:24:08+02:00", datetime(2025, 12, 9, 16, 24, 8, tzinfo=UTC)),
        ("2025-12-09T18:24:08-0530", datetime(2025, 12, 9, 23, 54, 8, tzinfo=UTC)),
        ("2025-12-09T18:24:08+02", datetime(2025, 12, 9, 16, 24, 8, tzinfo=UTC)),
        ("2025-12-09T18:24:08", None),
        ("2025-12-09T18:24Z", None),
        ("2025-12-09", None),
        ("2025-13-45T00:00:00Z", None),
        ("2025-12-09T25:00:00Z", None),
        ("2025-12-09T18:24:08+99:00", None),
        ("infinity", None),
        ("now", None),
        ("", None),
        (None, None),
    ],
)
def test_moments(scalar, text, moment):
    assert scalar("select integration.parse_time(%s)", text) == moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9/1/17", date(2017, 9, 1)),
        ("09/01/17", date(2017, 9, 1)),
        (" 12/31/18 ", date(2018, 12, 31)),
        ("2/29/16", date(2016, 2, 29)),
        ("2/29/17", None),
        ("13/1/17", None),
        ("0/1/17", None),
        ("9/1/2017", None),
        ("2017-09-01", None),
        ("", None),
        (None, None),
    ],
)
def test_days_of_the_contest(scalar, text, day):
    assert scalar("select integration.parse_contest_date(%s)", text) == day
