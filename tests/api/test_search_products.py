"""api.search_products: by style code in any spelling, or by words of the name."""

import pytest


@pytest.fixture
def search(db, ask):
    """Return a function that searches among a few products and returns their names."""
    for name, code in (
        ("100% Wool Beanie", None),
        ("1000 Wool Socks", "WS-1000"),
        ("Air_Max 95", "HM4740-001"),
        ("Air Max 97", "921826-001"),
        ("Back\\slash", None),
        ("Dunk Low", "DD1391-100"),
        ("A dd1391-100 look-alike", None),
        ("Garçons Play", "P1-K111"),
    ):
        db.execute(
            "insert into products.products (name, slug, style_code)"
            " values (%s, gen_random_uuid()::text, %s)",
            [name, code],
        )
    return lambda *values: [one["name"] for one in ask("api.search_products", *values)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("dunk", ["Dunk Low"]),
        ("AIR MAX", ["Air Max 97", "Air_Max 95"]),
        ("max 9", ["Air Max 97", "Air_Max 95"]),
        ("max-95, air", ["Air_Max 95"]),
        ("97 ai", ["Air Max 97"]),
        ("ir max", []),
        ("100%", ["100% Wool Beanie", "1000 Wool Socks", "A dd1391-100 look-alike"]),
        ("%", []),
        (" ", []),
        ("", []),
        ("slash", ["Back\\slash"]),
        ("\\slash: & | ! ( ) * <-> '", ["Back\\slash"]),
        ("\N{ATHLETIC SHOE}", []),
        ("GARÇONS", ["Garçons Play"]),
        # A style code is found in any spelling, and comes before names.
        ("DD1391-100", ["Dunk Low", "A dd1391-100 look-alike"]),
        ("dd1391 100", ["Dunk Low", "A dd1391-100 look-alike"]),
        ("dd1391.100", ["Dunk Low", "A dd1391-100 look-alike"]),
        ("921826_001", ["Air Max 97"]),
        ("no such shoe", []),
        ("'; drop table products.products; --", []),
        (None, []),
    ],
)
def test_queries(search, query, names):
    assert search(query) == names


def test_a_name_is_found_through_its_index(db):
    db.execute("set enable_seqscan = off")
    plan = db.execute(
        "explain select from products.products where to_tsvector("
        "'simple', regexp_replace(name, '[[:space:][:punct:]]+', ' ', 'g')) @@ 'dunk'"
    )
    assert any("products_name_words_idx" in line for (line,) in plan)


def test_as_many_as_asked_for(search):
    assert search("a", 3) == search("a")[:3]
    assert search("a", 0) == []


def test_what_is_found_is_told(db, ask, search):
    assert search("dunk")
    [found] = ask("api.search_products", "dunk")
    [(key, slug)] = db.execute(
        "select id::text, slug from products.products where name = 'Dunk Low'"
    ).fetchall()
    assert found == {"id": key, "slug": slug, "style_code": "DD1391-100", "name": "Dunk Low"}
