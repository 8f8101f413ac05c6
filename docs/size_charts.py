"""The charts of docs/size-standardisation.md, written from products.size_conversions.

`make docs` runs it; a test fails when the page is out of date.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg

PAGE = Path(__file__).parent / "size-standardisation.md"
BEGIN, END = "<!-- charts -->\n", "<!-- /charts -->\n"
REGIONS = ("US", "UK", "EU", "CM")
QUERY = """
    select
        coalesce(brand.name, 'General'),
        conversion.gender,
        string_agg(distinct conversion.source || ' (' || conversion.confidence || ')', '; '),
        jsonb_agg(
            jsonb_build_array(
                conversion.region, conversion.label, conversion.standardized_value
            )
            order by conversion.standardized_value
        )
    from products.size_conversions as conversion
    left join core.brands as brand on conversion.brand_id = brand.id
    where brand.slug is null or brand.slug not in ('nike', 'jordan', 'yeezy')
    group by brand.name, conversion.gender
    order by
        brand.name nulls first,
        array_position(array['men', 'women', 'youth', 'child', 'infant'], conversion.gender)
"""


def charts(connection: psycopg.Connection) -> Iterator[str]:
    """Yield the lines of each chart: a heading, its source, and a row a region."""
    for brand, gender, source, pairs in connection.execute(QUERY):
        sizes = sorted({value for _, _, value in pairs})
        yield from (f"### {brand}, {gender}", "", f"{source}.", "")
        for place, region in enumerate(REGIONS):
            labels = {value: label for name, label, value in pairs if name == region}
            if labels:
                yield "| " + " | ".join([region, *(labels.get(size, "") for size in sizes)]) + " |"
            if place == 0:
                yield "| " + " | ".join(["---"] * (len(sizes) + 1)) + " |"
        yield ""


def page(connection: psycopg.Connection) -> str:
    """Return the page with the charts of the installation behind a connection."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return before + BEGIN + "\n".join(["", *charts(connection)]) + END + after
