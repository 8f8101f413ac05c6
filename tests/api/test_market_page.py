"""api.market_page: a product, its providers and its sizes, in one call."""


def test_a_page_shows_all_there_is(ask, ingest, shoe):
    key, slug = shoe
    item = {"catalog_id": "dunk-low", "name": "Dunk", "sku": "DD1391 100"}
    ingest("alias", "catalog", item)
    page = ask("api.market_page", slug)
    assert page["product"] == {
        "id": key,
        "slug": slug,
        "style_code": "DD1391-100",
        "name": "Nike Dunk Low",
        "brand": "Nike",
        "colorway": "White/Black",
        "gender": "men",
        "release_date": "2021-03-10",
        "retail_price_cents": 11500,
        "retail_currency": "USD",
    }
    assert page["providers"] == {"stockx": "p", "alias": "dunk-low"}
    assert page["sizes"] == ask("api.size_run", key)
    assert sorted(page) == ["product", "providers", "sizes"]


def test_a_product_that_nobody_sells_has_a_page(db, ask):
    db.execute("insert into products.products (name, slug) values ('Shoe', 'a-shoe')")
    page = ask("api.market_page", "a-shoe")
    assert (page["providers"], page["sizes"], page["product"]["brand"]) == ({}, [], None)


def test_an_unknown_slug_has_no_page(ask):
    assert ask("api.market_page", "nothing-of-the-kind") is None
    assert ask("api.market_page", None) is None
