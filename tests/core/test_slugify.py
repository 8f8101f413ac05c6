"""core.slugify: one name for spellings that differ in case, accents and punctuation."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.fixture
def slugify(db):
    return lambda text: db.execute("select core.slugify(%s)", [text]).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Nike Dunk Low Retro White Black Panda", "nike-dunk-low-retro-white-black-panda"),
        ("Comme des Garçons", "comme-des-garcons"),
        ("A Ma Maniére", "a-ma-maniere"),
        ("A Ma Manière", "a-ma-maniere"),
        ("A Ma Manie\u0300re", "a-ma-maniere"),
        ("Día De Muertos", "dia-de-muertos"),
        ("ASICS", "asics"),
        ("Asics", "asics"),
        ("size?", "size"),
        ("Air Max 1/97", "air-max-1-97"),
        ("Valentine\u2019s  Day", "valentine-s-day"),
        ("Adidas-Yeezy-Boost-350-Low-V2-Beluga", "adidas-yeezy-boost-350-low-v2-beluga"),
        (" --Off-White-- ", "off-white"),
        ("ÖZGÜR", "ozgur"),
        ("?!", None),
        ("鬼塚", None),
        ("", None),
        (None, None),
    ],
)
def test_spellings(slugify, text, slug):
    assert slugify(text) == slug


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_any_text_becomes_words_or_nothing_and_stays_so(slugify, text):
    slug = slugify(text)
    assert slug is None or re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slugify(slug) == slug
