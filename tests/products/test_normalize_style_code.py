"""products.normalize_style_code: one spelling for what providers write in many."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.fixture
def normalize(db):
    query = "select products.normalize_style_code(%s)"
    return lambda code: db.execute(query, [code]).fetchone()[0]


@pytest.mark.parametrize(
    ("code", "normalized"),
    [
        ("DD1391-100", "DD1391-100"),
        ("DD1391 100", "DD1391-100"),
        ("dd1391_100", "DD1391-100"),
        ("1203A544.101", "1203A544-101"),
        (" DD1391 -  100 ", "DD1391-100"),
        ("(White) FV5029-003", "FV5029-003"),
        ("FQ0213-001/FQ0214-001", "FQ0213-001/FQ0214-001"),
        ("315122-111/CW2288-111", "315122-111/CW2288-111"),
        ("AQ0818-148 S", "AQ0818-148-S"),
        ("MNJDLS 761 740207/AA3834-101 S", "MNJDLS-761-740207/AA3834-101-S"),
        ("U990GR6", "U990GR6"),
        ("-FV5029-003-", "FV5029-003"),
        ("(White)", None),
        (" . ", None),
        ("", None),
        (None, None),
    ],
)
def test_spellings(normalize, code, normalized):
    assert normalize(code) == normalized


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(code=st.text("abC1 /._-()é", max_size=20))
def test_the_spelling_is_final_and_a_product_may_have_it(db, normalize, code):
    normalized = normalize(code)
    assert normalize(normalized) == normalized
    with db.transaction(force_rollback=True):
        db.execute(
            "insert into products.products (name, slug, style_code) values ('Shoe', 'shoe', %s)",
            [normalized],
        )
