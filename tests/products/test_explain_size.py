"""products.explain_size: which row, by which rule, and why not."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PROPERTY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def explain(db):
    """Return a function that returns what is explained, by name."""

    def call(*size):
        query = "select to_jsonb(meaning) from products.explain_size(%s, %s, %s, %s) as meaning"
        return db.execute(query, size).fetchone()[0]

    return call


def test_what_is_known_names_its_row_and_its_rule(db, explain):
    found = explain("Nike", "men", "US", "9")
    row = db.execute(
        "select brand.name, gender, region, label, standardized_value::float, source, confidence"
        " from products.size_conversions as conversion"
        " inner join core.brands as brand on conversion.brand_id = brand.id"
        " where conversion.id = %s",
        [found["conversion_id"]],
    ).fetchone()
    assert row[:5] == ("Nike", "men", "US", "9", 42.5)
    assert (found["source"], found["confidence"]) == row[5:]
    assert found["rule"] == "chart of the brand"
    assert found["reason"] is None


@pytest.mark.parametrize(
    ("size", "known"),
    [
        (("Nike", "men", "US", "UK 6 (EU 39)"), (39, "6 (EU 39)")),
        (("Nike", "men", "US", "UK 6 (EU 40)"), (40, "6 (EU 40)")),
        (("Nike", "men", "UK", "6 (EU 40)"), (40, "6 (EU 40)")),
        (("Jordan", "youth", "US", "CM 23.5 (US 5Y)"), (37.5, "23.5 (US 5Y)")),
        (("Jordan", "youth", "US", "KR 250 (US 7Y)"), (40, "250")),
        (("Nike", "men", "US", "9 (D)"), (42.5, "9")),
        (("Nike", "men", "US", "M 8 / W 9.5"), (41, "8")),
        (("Converse", "women", "US", "M 8 / W 10"), (41.5, "10")),
    ],
)
def test_what_stands_beside_a_size_decides_where_it_has_to(explain, size, known):
    found = explain(*size)
    assert (found["standard_size"], found["label"]) == known
    assert ("decided" in found["rule"]) == ("(" in found["label"])


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        (("Nike", "men", "US", "UK 6"), "it may be EU 39 or EU 40"),
        (("Nike", "men", "US", "US 9 (EU 44)"), "the two sizes that it states are not the same"),
        (("Nike", "men", "US", "M 8 / W 10"), "the two sizes that it states are not the same"),
        (("Nike", "men", "US", "9 / wide"), "what stands behind its slash cannot be read"),
        (("Nike", "men", None, "9"), "its region is not said, and several have this number"),
        (("Nike", "men", "Mars", "9"), 'region "Mars" is not known'),
        (("Nike", "boys", "US", "9"), 'gender "boys" is not known'),
        (("Nike", "child", "US", "2"), "it may be a toddler's or a youth's"),
        (("Nike", "men", "EU", "43.5"), "the chart of Nike has no EU 43.5 for men"),
        (("Salomon", "men", "EU", "43.5"), "the general chart has no EU 43.5 for men"),
        (("UGG", "men", "US", "9"), "the chart of UGG has no US 9 for men"),
        (("Nike", "men", "US", "US 9 EU"), "it says two things at once"),
        (("Nike", "men", "US", "XL"), "it is a clothing size, on no scale of shoes"),
        (("Nike", "men", "US", "35-36"), "it is a range"),
        (("Nike", "men", "US", "PSA 10"), "it cannot be read as a size"),
        (("Nike", "men", "US", " "), "it is empty"),
        (("Nike", "men", "US", None), "it is empty"),
    ],
)
def test_what_is_unknown_says_why(explain, size, reason):
    found = explain(*size)
    assert found["reason"].startswith(reason)
    unknown = ("standard_size", "conversion_id", "source", "confidence", "rule")
    assert [found[name] for name in unknown] == [None] * 5


def test_what_is_assumed_is_said_and_trusted_less(explain):
    found = explain("Nike", None, "US", "9")
    assert (found["standard_size"], found["confidence"]) == (42.5, "low")
    assert found["rule"] == "chart of the brand, men's scale assumed"
    assert explain("Nike", "unisex", "US", "9")["confidence"] == "high"
    assert explain("Salomon", "men", "US", "9")["confidence"] == "low"


@PROPERTY
@given(
    brand=st.one_of(st.sampled_from(["Nike", "adidas", "", None]), st.text("aé ?", max_size=4)),
    gender=st.one_of(
        st.none(), st.sampled_from(["men", "women", "kids"]), st.text("men", max_size=5)
    ),
    region=st.sampled_from([None, "US", "eu", "KR", "", "Mars"]),
    value=st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
        st.text("US EKRMW0123456789./()½,", max_size=14),
    ),
)
def test_any_label_means_a_size_or_says_why_not(explain, brand, gender, region, value):
    found = explain(brand, gender, region, value)
    assert (found["standard_size"] is None) == (found["reason"] is not None)


@pytest.fixture
def charts(db):
    """Return {(brand, gender): {region: [(label as a number, European size), ...]}}."""
    read = {}
    for brand, gender, region, label, eu_size in db.execute(
        """
        select
            brand.name, conversion.gender, conversion.region, conversion.label,
            conversion.standardized_value::float
        from products.size_conversions as conversion
        left join core.brands as brand on conversion.brand_id = brand.id
        order by conversion.standardized_value
        """
    ):
        read.setdefault((brand, gender), {}).setdefault(region, []).append((label, eu_size))
    return read


def number(label):
    whole, _, third = label.partition(" ")
    return float(whole) + {"": 0, "1/3": 1 / 3, "2/3": 2 / 3}[third]


def test_a_larger_us_size_is_a_larger_european_one_in_every_chart(charts):
    assert len(charts) > 25
    for chart in charts.values():
        for (label, eu_size), (next_label, next_eu_size) in pairwise(chart["US"]):
            assert number(label) < number(next_label)
            assert eu_size < next_eu_size


def test_no_scale_of_any_chart_ever_falls(charts):
    """But that a youth's UK sizes begin with a child's 13.5."""
    for (_, gender), chart in charts.items():
        for region, sizes in chart.items():
            numbers = [number(label) for label, _ in sizes]
            if (gender, region) == ("youth", "UK"):
                numbers = numbers[1:]
            assert numbers == sorted(numbers)


def test_a_european_size_is_its_own_standard_size(charts):
    for chart in charts.values():
        for label, eu_size in chart["EU"]:
            assert abs(number(label) - eu_size) < 0.05


@PROPERTY
@given(data=st.data())
def test_a_label_leads_to_its_size_and_back_in_every_chart(db, explain, charts, data):
    """Unless its chart has it twice, or the size is none that the label alone can mean."""
    brand, gender = data.draw(st.sampled_from(sorted(charts, key=str)))
    region = data.draw(st.sampled_from(sorted(charts[brand, gender])))
    label, eu_size = data.draw(st.sampled_from(charts[brand, gender][region]))
    found = explain(brand, gender, region, label)
    if found["standard_size"] is None:
        assert found["reason"].startswith("it may be EU ")
        return
    assert found["standard_size"] == eu_size
    back = db.execute(
        "select label from products.size_conversions where (gender, region, standardized_value)"
        " = (%s, %s, %s) and brand_id is not distinct from products.find_size_chart(%s)",
        [gender, region, eu_size, brand],
    ).fetchall()
    assert (label,) in back
    assert all(
        explain(brand, gender, region, again)["standard_size"] == eu_size for (again,) in back
    )


def test_only_these_labels_are_ambiguous(charts):
    """Of Nike and Jordan, whose chart is the general one; every other chart is unambiguous."""
    shared = {
        (brand, gender, region, label)
        for (brand, gender), chart in charts.items()
        for region, sizes in chart.items()
        for label, _ in sizes
        if [one for one, _ in sizes].count(label) > 1
    }
    assert shared == {
        (brand, gender, region, label)
        for brand in ("Nike", "Jordan", None)
        for gender in ("men", "youth")
        for region, label in (
            ("UK", "6"),
            ("CM", "23.5"),
            ("CM", "24"),
            ("JP", "23.5"),
            ("JP", "24"),
            ("KR", "235"),
            ("KR", "240"),
        )
    }
