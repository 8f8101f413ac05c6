"""core.normalize_brand: the name that a brand's providers agree on."""

import pytest


@pytest.mark.parametrize(
    ("brand", "name"),
    [
        ("Air Jordan", "Jordan"),
        ("air jordan", "Jordan"),
        (" Jordan ", "Jordan"),
        ("Adidas Originals", "adidas"),
        (" Yeezy", "Yeezy"),
        ("New Balance", "New Balance"),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_spellings(db, brand, name):
    assert db.execute("select core.normalize_brand(%s)", [brand]).fetchone() == (name,)
