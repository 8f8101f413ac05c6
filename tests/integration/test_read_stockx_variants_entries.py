"""StockX variants: sizes of products that are known."""

import pytest

PRODUCT = {
    "productId": "p",
    "title": "Dunk",
    "productType": "sneakers",
    "productAttributes": {"gender": "men"},
}


def variant(variant_id, value, product_id="p", **more):
    """Return a variant as API v2 answers it."""
    return {
        "productId": product_id,
        "variantId": variant_id,
        "variantName": f"Nike-Dunk:{variant_id}",
        "variantValue": value,
        "sizeChart": {
            "defaultConversion": {"size": value, "type": "us m"},
            "availableConversions": [{"size": f"US M {value}", "type": "us m"}],
        },
        "gtins": [{"identifier": "194502876000", "type": "UPC"}],
    } | more


@pytest.fixture
def known(ingest):
    """Make product p known."""
    ingest("stockx", "catalog_search", PRODUCT)


@pytest.fixture
def links(rows):
    """Return a function that returns the links of variants with the size that they mean."""
    query = """
        select
            link.provider_variant_id as id, link.size_label as said, link.title,
            size.region, size.gender, size.label, size.standardized_value::float as eu_size
        from integration.product_links as link
        inner join products.variants as variant
            on link.product_id = variant.product_id and link.variant_id = variant.id
        inner join products.sizes as size on variant.size_id = size.id
        order by 1
    """
    return lambda: rows(query)


@pytest.mark.usefixtures("known")
def test_variants_are_read_and_repeating_it_changes_nothing(ingest, links):
    answer = [variant("a", "9"), variant("b", "10.5")]
    assert ingest("stockx", "variants", answer) == (2, 0, 0)
    before = links()
    assert ingest("stockx", "variants", answer) == (0, 2, 0)
    assert links() == before
    assert before[0] == {
        "id": "a",
        "said": "9",
        "title": "Nike-Dunk:a",
        "region": "US",
        "gender": "men",
        "label": "9",
        "eu_size": 42.5,
    }


@pytest.mark.usefixtures("known")
def test_one_variant_by_itself_is_read(ingest):
    assert ingest("stockx", "variants", variant("a", "9")) == (1, 0, 0)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("value", "scale"),
    [("7.5W", ("women", "7.5")), ("3.5Y", ("youth", "3.5")), ("10C", ("child", "10"))],
)
def test_labels_name_their_scale(ingest, links, value, scale):
    ingest("stockx", "variants", [variant("a", value)])
    assert [(row["gender"], row["label"]) for row in links()] == [scale]


@pytest.mark.usefixtures("known")
def test_the_good_half_of_an_answer_goes_in(ingest, links):
    bad = [
        variant(None, "9"),
        variant("c", None),
        variant("d", " "),
        variant("e", ["9"]),
        variant("f", "9", product_id="stranger"),
        variant("g", "9", product_id=None),
        None,
        "x",
    ]
    assert ingest("stockx", "variants", [variant("a", "9"), *bad]) == (1, 0, len(bad))
    assert [row["id"] for row in links()] == ["a"]
    assert ingest.rejected() == [
        ("$[1]", "its variantId cannot be read", bad[0]),
        ("$[2]", "its variantValue cannot be read", bad[1]),
        ("$[3]", "its variantValue cannot be read", bad[2]),
        ("$[4]", "its variantValue cannot be read", bad[3]),
        ("$[5]", "its product is not known", bad[4]),
        ("$[6]", "its product is not known", bad[5]),
        ("$[7]", "its variantId cannot be read", None),
        ("$[8]", "its variantId cannot be read", "x"),
    ]


@pytest.mark.usefixtures("known")
def test_a_number_is_a_label_too(ingest, links):
    assert ingest("stockx", "variants", [variant("a", 9.5)]) == (1, 0, 0)
    assert links()[0]["label"] == "9.5"


@pytest.mark.usefixtures("known")
def test_barcodes_are_kept_unless_their_check_digit_is_wrong(ingest, rows):
    codes = [{"identifier": code} for code in ("198488724133", "0198488724133", "198488724134")]
    answer = [variant("a", "9", gtins=codes), variant("b", "10", gtins=[]), variant("c", "11")]
    answer[2]["gtins"] = "none"
    assert ingest("stockx", "variants", answer) == (3, 0, 0)
    assert ingest("stockx", "variants", answer) == (0, 3, 0)
    found = rows(
        """
        select code.gtin, code.source, link.provider_variant_id as id
        from products.gtins as code
        inner join integration.product_links as link using (product_id, variant_id)
        """
    )
    assert found == [{"gtin": "00198488724133", "source": "stockx", "id": "a"}]
