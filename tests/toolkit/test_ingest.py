"""mdt ingest: files in, counts out, and every recorded answer of the providers."""

import csv
import gzip
import json
import os
import secrets
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
QUOTE = {"symbol": "AAPL", "name": "Apple Inc.", "price": 255.92, "timestamp": 1775160000}


@pytest.fixture
def ingest(mdt, dsn):
    """Return a function that runs mdt ingest against a database of one's own."""

    def run(*arguments, before=()):
        return mdt(*before, "ingest", *arguments, dsn=dsn)

    return run


@pytest.fixture
def refuse(mdt, shared_dsn):
    """Return the same function, for calls that write nothing, which is asserted."""

    def kept():
        with psycopg.connect(shared_dsn) as connection:
            return connection.execute("select count(*) from integration.raw_snapshots").fetchone()

    def run(*arguments):
        before = kept()
        done = mdt("ingest", *arguments, dsn=shared_dsn)
        assert (done.stdout, "Traceback" in done.stderr) == ("", False)
        assert kept() == before
        return done

    return run


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file and returns its path: text, bytes or JSON."""

    def make(name, content):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return make


@pytest.fixture
def query(dsn):
    """Return a function that returns the rows of a query."""

    def run(text, *values):
        with psycopg.connect(dsn) as connection:
            return connection.execute(text, values).fetchall()

    return run


def test_a_file_is_ingested_and_repeating_it_changes_nothing(ingest, write):
    path = write("quote.json", [QUOTE])
    done = ingest("fmp", "quote", path)
    assert (done.returncode, done.stdout) == (0, "1 accepted, 0 unchanged, 0 rejected\n")
    assert ingest("fmp", "quote", path).stdout == "0 accepted, 1 unchanged, 0 rejected\n"


def test_what_was_rejected_is_pointed_at(ingest, write):
    done = ingest("fmp", "quote", write("quote.json", [QUOTE, {"symbol": "X"}]))
    assert (done.returncode, done.stdout) == (0, "1 accepted, 0 unchanged, 1 rejected\n")
    assert "integration.rejected_payloads" in done.stderr


def test_json_holds_the_counts(ingest, write):
    done = ingest("fmp", "quote", write("quote.json", [QUOTE]), before=["--json"])
    assert json.loads(done.stdout) == {"accepted": 1, "unchanged": 0, "rejected": 0}
    listed = json.loads(ingest("--list", before=["--json"]).stdout)
    assert {"provider": "fmp", "kind": "quote"} in listed["kinds"]


def test_kinds_are_listed(ingest):
    lines = [line.split() for line in ingest("--list").stdout.splitlines()]
    assert ["stockx", "market_data"] in lines
    assert len(lines) == 60


def test_several_files_and_lines_count_together(ingest, write):
    # U+2028 is a line end to Python, and none to JSON.
    lines = "\n".join(
        json.dumps([QUOTE | {"symbol": symbol, "name": "\u2028"}], ensure_ascii=False)
        for symbol in ("A", "B", "C")
    )
    one, two = write("one.jsonl", f"{lines}\n\n  \n"), write("two.json", [QUOTE])
    assert ingest("fmp", "quote", one, two).stdout == "4 accepted, 0 unchanged, 0 rejected\n"


@pytest.mark.parametrize("name", ["quote.json.gz", "quote.JSON", "quote.2025-09-23.json"])
def test_names_of_files(ingest, write, name):
    content = json.dumps([QUOTE]).encode()
    path = write(name, gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    assert ingest("fmp", "quote", path).returncode == 0


def test_a_byte_order_mark_is_no_harm(ingest, write):
    path = write("quote.json", b"\xef\xbb\xbf" + json.dumps([QUOTE]).encode())
    assert ingest("fmp", "quote", path).stdout.startswith("1 accepted")


def test_csv_is_an_array_of_its_rows(ingest, write, query):
    text = (
        "Order Date,Brand,Sneaker Name,Sale Price,Retail Price,Release Date,Shoe Size,"
        "Buyer Region\r\n"
        '9/1/17, Yeezy,Adidas-Yeezy,"$1,097",$220,9/24/16,11,"A ""quoted""\nregion"\r\n'
    )
    done = ingest("stockx", "contest", write("sales.csv", text.encode()))
    assert done.stdout == "3 accepted, 0 unchanged, 0 rejected\n"
    assert query("select price_cents, region from integration.market_sales") == [
        (109700, 'US-A "quoted"\nregion')
    ]


@pytest.mark.parametrize(
    ("document", "at"),
    [
        ({"body": [QUOTE], "status": 200, "run_started_at": "2025-12-09T17:53:08Z"}, "17:53:08"),
        (
            {"request": {"timestamp": "2025-12-09T14:33:33.707Z"}, "response": [QUOTE]},
            "14:33:33.707",
        ),
    ],
    ids=["body", "response"],
)
def test_a_wrapped_answer_is_unwrapped_and_its_time_taken(ingest, write, query, document, at):
    ingest("fmp", "quote", write("quote.json", document))
    assert query("select payload, observed_at from integration.raw_snapshots") == [
        ([QUOTE], datetime.fromisoformat(f"2025-12-09T{at}Z"))
    ]


def test_the_query_of_a_wrapped_answer_is_context(ingest, write, query):
    document = {"body": [], "status": 200, "query": "DD1391-100"}
    path = write("quote.json", document)
    ingest("fmp", "quote", path, "--context", "currency=EUR", "--context", "note=a=b")
    assert query("select context from integration.raw_snapshots") == [
        ({"query": "DD1391-100", "currency": "EUR", "note": "a=b"},)
    ]


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2025-12-09", datetime(2025, 12, 9, tzinfo=UTC)),
        ("2025-12-09T12:30:00", datetime(2025, 12, 9, 12, 30, tzinfo=UTC)),
        ("2025-12-09T12:30:00+0200", datetime(2025, 12, 9, 10, 30, tzinfo=UTC)),
    ],
)
def test_the_time_may_be_given_and_is_utc_unless_it_says(ingest, write, query, given, moment):
    document = {"body": [], "status": 200, "run_started_at": "2020-01-01T00:00:00Z"}
    ingest("fmp", "quote", write("quote.json", document), "--observed-at", given)
    assert query("select observed_at from integration.raw_snapshots") == [(moment,)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "at least one FILE"),
        (["fmp"], "at least one FILE"),
        (["fmp", "quote"], "at least one FILE"),
        (["fmp", "quote", "nowhere.json"], "nowhere.json"),
        (["fmp", "quote", "."], "directory"),
        (["fmp", "quote", "{file}", "--context", "currency"], '"currency" is not KEY=VALUE'),
        (["fmp", "quote", "{file}", "--context", "=EUR"], '"=EUR" is not KEY=VALUE'),
        (["fmp", "quote", "{file}", "--observed-at", "noon"], "noon"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_refused(refuse, write, arguments, words):
    path = str(write("quote.json", [QUOTE]))
    done = refuse(*(argument.replace("{file}", path) for argument in arguments))
    assert done.returncode == 2
    assert words in done.stderr


@pytest.mark.parametrize("name", ["quote.xml", "quote", "quote.gz", "quote.tar.gz", "json"])
def test_another_kind_of_file_is_refused_before_anything_is_written(refuse, write, name):
    good, bad = write("quote.json", [QUOTE]), write(name, [QUOTE])
    done = refuse("fmp", "quote", good, bad)
    assert done.returncode == 2
    assert f"{bad} is neither .json, .jsonl nor .csv" in done.stderr


def test_a_kind_that_nothing_reads_is_refused(refuse, write):
    done = refuse("klekt", "prices", write("quote.json", [QUOTE]))
    assert done.returncode == 1
    assert "there is no parser for klekt prices" in done.stderr
    assert "MD101" in done.stderr
    assert "mdt ingest --list" in done.stderr


GOOD = json.dumps([QUOTE])
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("name", "content", "place", "words"),
    [
        ("a.json", "", "a.json", "invalid input syntax for type json"),
        ("a.json", "{", "a.json", "invalid input syntax for type json"),
        ("a.json", "[NaN]", "a.json", "invalid input syntax for type json"),
        ("a.json", "[1] [2]", "a.json", "invalid input syntax for type json"),
        ("a.json", '["\\u0000"]', "a.json", "unsupported Unicode escape sequence"),
        ("a.json", '["\\ud800"]', "a.json", "invalid input syntax for type json"),
        ("a.json", b'["\x00"]', "a.json", ""),
        ("a.json", DEEP, "a.json", "stack depth limit exceeded"),
        ("a.json", b"\xff\xfe[]", "a.json", "It is not UTF-8."),
        ("a.jsonl", f"\n\n{{\n{GOOD}", "a.jsonl:3", "invalid input syntax for type json"),
        ("a.json.gz", b"no gzip", "a.json.gz", "cannot be unpacked"),
        ("a.json.gz", gzip.compress(b"[]" * 99, mtime=0)[:-12], "a.json.gz", "cannot be unpacked"),
        (
            "a.json.gz",
            gzip.compress(b"[]" * 99, mtime=0)[:12] + b"\xff" * 30,
            "a.json.gz",
            "cannot be unpacked",
        ),
        ("a.csv", 'a,b\n1,"2\n', "a.csv", "unexpected end of data"),
        ("a.csv", "a\n" + "x" * 200_000, "a.csv", "field larger than field limit"),
        (
            "a.json",
            '{"body": [], "status": 200, "run_started_at": "noon"}',
            "a.json",
            'invalid input syntax for type timestamp with time zone: "noon"',
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(refuse, write, name, content, place, words):
    done = refuse("fmp", "quote", write(name, content))
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert place in done.stderr.splitlines()[0]
    assert words in done.stderr


def test_what_came_before_a_bad_line_is_recorded(ingest, write):
    path = write("a.jsonl", f"{GOOD}\n{{\n")
    assert ingest("fmp", "quote", path).returncode == 1
    path.write_text(f"{GOOD}\n{GOOD}\n")
    assert ingest("fmp", "quote", path).stdout == "0 accepted, 2 unchanged, 0 rejected\n"


def test_numbers_arrive_as_they_were_written(ingest, write, query):
    text = '[{"a": 3715929735003.0005000, "b": 1e400, "c": 0.1, "d": 12345678901234567890123}]'
    ingest("fmp", "quote", write("quote.json", text))
    [(payload,)] = query("select payload::text from integration.raw_snapshots")
    assert '"a": 3715929735003.0005000' in payload
    assert '"c": 0.1,' in payload
    assert '"d": 12345678901234567890123' in payload
    assert query(
        "select (payload #>> '{0,b}')::numeric = 1e400 from integration.raw_snapshots"
    ) == [(True,)]


SHOE = ["--context", "subject=dunk-low-black-white-dd1391-100"]
DAY = ["--observed-at", "2025-12-09"]
APRIL = ["--observed-at", "2026-04-05"]
APPLE = ["--context", "subject=AAPL"]
EURO = ["--context", "subject=EURUSD"]
# What FMP says of companies: kind, file, rows, and how many of them stand there twice.
FIGURES = [
    ("aftermarket_quote", "aftermarket_quote", 1, 0),
    ("aftermarket_trade", "aftermarket_trade", 1, 0),
    ("analyst_estimate", "analyst_estimate", 2, 0),
    ("available_exchanges", "available_exchanges", 73, 0),
    ("balance_sheet", "balance_sheet", 2, 0),
    ("biggest_gainers", "biggest_gainers", 50, 0),
    ("cash_flow", "cash_flow", 2, 0),
    ("chart_full", "chart_full", 21, 0),
    ("chart_intraday", "chart_intraday", 14, 0),
    ("chart_light", "chart_light", 21, 0),
    ("chart_unadjusted", "chart_unadjusted", 21, 0),
    ("dcf_valuation", "dcf_valuation", 1, 0),
    ("dividends", "dividends", 2, 0),
    ("earnings", "earnings", 2, 0),
    ("economic_indicator", "economic_indicator", 4, 0),
    ("exchange_market_hours", "exchange_market_hours", 1, 0),
    ("exchange_variants", "exchange_variants", 6, 0),
    ("chart_full", "forex_chart_full", 5, 0),
    ("chart_intraday", "forex_chart_intraday", 48, 0),
    ("chart_light", "forex_chart_light", 5, 0),
    ("forex_pair", "forex_pair", 1_545, 0),
    ("holidays_by_exchange", "holidays_by_exchange", 12, 0),
    ("income_statement", "income_statement", 2, 0),
    ("income_statement_ttm", "income_statement_ttm", 5, 0),
    ("insider_statistics", "insider_statistics", 93, 0),
    ("key_metrics", "key_metrics", 2, 0),
    ("key_metrics_ttm", "key_metrics_ttm", 1, 0),
    ("market_cap", "market_cap", 1, 0),
    ("market_risk_premium", "market_risk_premium", 192, 0),
    ("most_actives", "most_actives", 50, 0),
    ("price_target_consensus", "price_target_consensus", 1, 0),
    ("price_target_summary", "price_target_summary", 1, 0),
    ("ratios", "ratios", 2, 0),
    ("ratios_ttm", "ratios_ttm", 1, 0),
    ("revenue_geo_seg", "revenue_geo_seg", 16, 0),
    ("revenue_product_seg", "revenue_product_seg", 16, 0),
    ("search_symbol", "search_symbol", 2, 0),
    ("share_float", "share_float", 1, 0),
    ("sma_indicator", "sma_indicator", 147, 0),
    ("stock_grade", "stock_grade", 2_695, 18),
    ("stock_grade_historical", "stock_grade_historical", 2, 0),
    ("stock_grade_summary", "stock_grade_summary", 1, 0),
    ("stock_price_change", "stock_price_change", 1, 0),
    ("stock_screener", "stock_screener", 2, 0),
    ("stock_split", "stock_split", 2, 0),
    ("treasury_rate", "treasury_rate", 21, 0),
]
# All that was recorded: provider, kind, files, options, and what the first run says of it.
RECORDED = [
    (
        "stockx catalog_search",
        ["v2_catalog_search.jsonl", "v2_product_details.jsonl", "v2_DD1391-100/0[12]*.json"],
        [],
        (237, 82, 0),
    ),
    (
        "stockx variants",
        ["v2_product_variants.jsonl", "v2_DD1391-100/03_product_variants.json"],
        [],
        (1145, 0, 0),
    ),
    (
        "stockx market_data",
        ["v2_variant_market_data.jsonl", "v2_DD1391-100/05_market_data.json"],
        [],
        (4206, 0, 0),
    ),
    ("alias catalog", ["catalog_search.jsonl"], DAY, (4524, 0, 0)),
    (
        "alias availabilities",
        ["DD1391-100/api3_pricing_global.json"],
        ["--observed-at", "2025-12-09T21:58:16", *SHOE],
        (272, 0, 10),
    ),
    (
        "alias availabilities",
        ["DD1391-100/api4_pricing_us_region.json"],
        ["--observed-at", "2025-12-09T21:58:16", "--context", "region=US", *SHOE],
        (264, 0, 13),
    ),
    (
        "alias availabilities",
        ["DD1391-100/api5_pricing_non_consigned.json"],
        ["--observed-at", "2025-12-09T21:58:17", *SHOE],
        (27, 245, 10),
    ),
    (
        "alias availabilities",
        ["DD1391-100/api6_pricing_consigned.json"],
        ["--observed-at", "2025-12-09T21:58:18", *SHOE],
        (268, 0, 7),
    ),
    (
        "alias recent_sales",
        ["DD1391-100/api9_recent_sales_WORKING.json", "DD1391-100/api7_recent_sales_ERROR.json"],
        DAY,
        (10, 0, 1),
    ),
    ("awin feed", ["product_feed_sizeofficial_de.csv.gz"], DAY, (2466, 5, 0)),
    (
        "fmp quote",
        ["quote.json", "stock_quote.2025-09-23.json", "stock_quote.json", "forex_quote.json"],
        [],
        (4, 0, 0),
    ),
    ("fmp quote", ["stock_quote_short.json"], ["--observed-at", "2026-04-04"], (1, 0, 0)),
    (
        "stockx contest",
        ["data_contest_2019.csv.gz"],
        ["--observed-at", "2019-03-01"],
        # 50 shoes, 951 sizes, 99,956 sales.
        (100_957, 0, 0),
    ),
    ("stockx market_data", ["v2_errors.jsonl"], [], (0, 0, 4)),
    (
        "stockx browse",
        [
            "unofficial_v3_browse_featured.json",
            "unofficial_product_includes_market_supreme_tee.json",
        ],
        ["--context", "currency=USD"],
        (222, 3, 0),
    ),
    (
        "stockx browse",
        ["unofficial_v3_browse_*_EUR_*.json"],
        ["--context", "currency=EUR"],
        (15, 5, 0),
    ),
    (
        "stockx chart",
        ["unofficial_v1_chart_average_price.json"],
        ["--context", "currency=USD"],
        (0, 0, 100),
    ),
    (
        "stockx table",
        ["market_snapshot_2023.csv"],
        ["--observed-at", "2023-04-01", "--context", "currency=USD"],
        (7022, 20, 656),
    ),
    (
        "alias offer_histogram",
        ["DD1391-100/api8_offer_histogram.json"],
        [*DAY, *SHOE, "--context", "size=10"],
        (4, 0, 0),
    ),
    (
        "goat buy_bar",
        ["web_buy_bar_data_DA3595-100.json"],
        [
            *("--observed-at", "2020-10-05"),
            *("--context", "subject=DA3595-100", "--context", "style_code=DA3595-100"),
        ],
        (63, 0, 0),
    ),
    (
        "ebay sold",
        ["sold_search_cards.csv", "sold_air_jordan_1_high.csv"],
        ["--observed-at", "2025-08-13", "--context", "currency=USD"],
        (29, 6, 691),
    ),
    ("ebay browse", ["browse_*.json"], ["--observed-at", "2023-03-08"], (0, 0, 200)),
    ("fmp profile", ["profile.json"], ["--observed-at", "2025-02-05"], (1, 0, 0)),
    ("fmp profile", ["company_profile.json"], APRIL, (1, 0, 0)),
    ("fmp quote", ["forex_quote_short.json"], ["--observed-at", "2026-04-04"], (1, 0, 0)),
    (
        "fmp income_statement",
        ["income_statement.2025-09-23.json"],
        ["--observed-at", "2025-09-23"],
        (1, 0, 0),
    ),
    *(
        (
            f"fmp {kind}",
            [f"{file}.json"],
            [*APRIL, *(EURO if file.startswith("forex") else APPLE)],
            (rows - repeated, repeated, 0),
        )
        for kind, file, rows, repeated in FIGURES
    ),
]
# What is no answer of a provider, or none of its own: lists that were made of the others, the
# calls of one session together, and what a hand keeps.
NO_ANSWERS = {
    "README.md",
    "alias/DD1391-100/all_endpoints.json",
    "catalog/generic_shoe_sizes.json",
    "catalog/products_seen.csv",
    "catalog/size_conversions_stockx_v2.csv",
    "inventory/uk_inventory_import.csv",
    "stockx/data_contest_2019_fractional_prices.csv",
}
# The search and the page of one product of StockX give it two titles in one run: each time the
# later of them counts.
UNSETTLED = {"stockx catalog_search": 2}


TABLES = (
    "core.brands",
    "products.products",
    "products.sizes",
    "products.variants",
    "integration.product_links",
    "integration.price_sources",
    "integration.price_history",
    "integration.market_sales",
    "integration.market_snapshots",
    "integration.offer_histograms",
    "equities.symbols",
    "equities.profiles",
    "equities.fundamentals",
    "equities.live_quote_indicators",
    "equities.quote_history",
)


@pytest.fixture(scope="module")
def run_recorded(cluster, template):
    """Ingest everything that was recorded, twice.

    Returns the connection, the counts of both runs, and what was stored after each.
    """
    if not DATA.is_dir():
        pytest.skip(f"there are no recorded answers in {DATA}")
    name = f"test_recorded_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {name} template {template}")
        with psycopg.connect(cluster.dsn(name), autocommit=True) as connection:
            runs = [_ingest_everything(cluster.dsn(name), connection) for _ in range(2)]
            yield connection, [counts for counts, _ in runs], [stored for _, stored in runs]
        server.execute(f"drop database {name} with (force)")


def _ingest_everything(dsn, connection):
    counts = []
    for kind, patterns, options, _ in RECORDED:
        folder = DATA / kind.split()[0]
        files = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", "--json", "ingest", *kind.split(), *files, *options],
            cwd=ROOT,
            env={**os.environ, "MDT_DSN": dsn},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        counts.append((kind, tuple(json.loads(done.stdout).values())))
    stored = {
        table: connection.execute(
            f"""
            with line as (select (to_jsonb(kept) - 'updated_at')::text as text from {table} as kept)
            select count(*), md5(string_agg(line.text, E'\\n' order by line.text)) from line
            """
        ).fetchone()
        for table in TABLES
    }
    return counts, stored


@pytest.fixture
def known(run_recorded):
    """Return a function that returns rows of the database in which everything is."""
    connection = run_recorded[0]
    return lambda query, *values: connection.execute(query, values).fetchall()


def bodies(name):
    """Yield the answers in a log of StockX."""
    for line in (DATA / f"stockx/{name}.jsonl").read_text().splitlines():
        yield json.loads(line)["body"]


def rows_of(name):
    """Return the rows of a packed CSV file."""
    return list(csv.DictReader(gzip.open(DATA / name, "rt", encoding="utf-8", newline="")))


@pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no recorded answers in {DATA}")
def test_no_recorded_file_is_forgotten():
    there = {path.relative_to(DATA) for path in DATA.rglob("*") if path.is_file()}
    named = {
        path.relative_to(DATA)
        for kind, patterns, _, _ in RECORDED
        for pattern in patterns
        for path in (DATA / kind.split()[0]).glob(pattern)
    }
    assert {str(path) for path in there - named} == NO_ANSWERS


@pytest.mark.slow
def test_every_recorded_answer_is_read(run_recorded):
    _, (first, _), _ = run_recorded
    assert first == [(kind, counts) for kind, _, _, counts in RECORDED]


@pytest.mark.slow
def test_a_second_run_changes_nothing(run_recorded):
    _, (_, second), (before, after) = run_recorded
    assert second == [
        (
            kind,
            (
                UNSETTLED.get(kind, 0),
                accepted + unchanged - UNSETTLED.get(kind, 0),
                rejected,
            ),
        )
        for kind, _, _, (accepted, unchanged, rejected) in RECORDED
    ]
    assert after == before


# Provider, kind, reason, and how many there are in one run.
REJECTED = [
    # Sizes such as 0 and 40, which the shoe is not made in, and an error.
    ("alias", "availabilities", "its size is not known", 40),
    ("alias", "recent_sales", "its shoe or size is not known", 1),
    # Telephones.
    ("ebay", "browse", "it names no product of ours", 200),
    ("ebay", "sold", "it names no product of ours", 671),
    ("ebay", "sold", "its condition is not known", 5),
    ("ebay", "sold", "its price is not what was paid", 15),
    # A chart of a shoe that no other answer holds.
    ("stockx", "chart", "its product is not known", 100),
    # Three of HTTP 504 and one of 500.
    ("stockx", "market_data", "its variant is not known", 4),
    ("stockx", "table", "its item stands in several rows that differ", 656),
]


@pytest.mark.slow
def test_what_was_rejected_is_what_nobody_knows(known):
    assert (
        known(
            "select provider, payload_kind, reason, count(*)::int / 2"
            " from integration.rejected_payloads group by 1, 2, 3 order by 1, 2, 3"
        )
        == REJECTED
    )


@pytest.mark.slow
def test_products_join_by_style_code(known):
    assert known(
        "select provider, match_method, count(*)::int from integration.product_links"
        " where provider_variant_id = '' group by 1, 2 order by 1, 2"
    ) == [
        ("alias", "new", 93),
        ("alias", "style code", 56),
        ("awin", "new", 162),
        ("awin", "style code", 9),
        ("goat", "style code", 1),
        ("stockx", "new", 272),
        ("stockx", "style code", 1),
        ("stockx-contest", "new", 50),
        ("stockx-table", "new", 1666),
    ]
    assert known("select count(*)::int from products.products") == [(93 + 162 + 272 + 50 + 1666,)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("catalog_id", "title"),
    [
        ("air-jordan-4-retro-black-cat-2025-fv5029-010", "Jordan 4 Retro Black Cat (2025)"),
        ("off-white-x-wmns-air-jordan-4-sp-sail-cv9388-100", "Off-White Sail (Women's)"),
    ],
)
def test_of_two_products_under_one_code_the_right_one_is_joined(known, catalog_id, title):
    [(joined,)] = known(
        """
        select stockx.title
        from integration.product_links as alias
        inner join integration.product_links as stockx on alias.product_id = stockx.product_id
        where
            alias.provider = 'alias' and alias.provider_product_id = %s
            and alias.provider_variant_id = '' and stockx.provider_variant_id = ''
            and stockx.provider = 'stockx'
        """,
        catalog_id,
    )
    assert title in joined


@pytest.mark.slow
def test_the_panda_is_one_product_with_one_set_of_sizes(known):
    [(product,)] = known("select id from products.products where style_code = 'DD1391-100'")
    providers = known(
        "select provider from integration.product_links"
        " where product_id = %s and provider_variant_id = '' order by 1",
        product,
    )
    assert providers == [("alias",), ("stockx",)]
    shared = known(
        """
        select size.label, count(distinct link.provider)::int
        from integration.product_links as link
        inner join products.variants as variant
            on link.product_id = variant.product_id and link.variant_id = variant.id
        inner join products.sizes as size on variant.size_id = size.id
        where link.product_id = %s and size.label in ('4', '9', '10.5', '14')
        group by size.label order by 1
        """,
        product,
    )
    assert shared == [("10.5", 2), ("14", 2), ("4", 2), ("9", 2)]


@pytest.mark.slow
def test_every_stockx_price_is_the_one_that_was_said(known):
    fields = {
        ("ask", "standard"): lambda body: body["lowestAskAmount"],
        ("bid", "standard"): lambda body: body["highestBidAmount"],
        ("sell_faster", "standard"): lambda body: body["sellFasterAmount"],
        ("earn_more", "standard"): lambda body: body["earnMoreAmount"],
        ("ask", "flex"): lambda body: body["flexLowestAskAmount"],
        ("ask", "direct"): lambda body: body["directMarketData"]["lowestAsk"],
    }
    panda = json.loads((DATA / "stockx/v2_DD1391-100/05_market_data.json").read_text())
    said = {
        (body["variantId"], *key, body["currencyCode"]): amount and int(amount) * 100
        for body in (*bodies("v2_variant_market_data"), panda["response"])
        for key, field in fields.items()
        for amount in [field(body)]
    }
    stored = {
        tuple(row[:4]): row[4]
        for row in known(
            """
            select
                link.provider_variant_id, price.price_type, price.channel, price.currency,
                price.price_cents
            from integration.price_sources as price
            inner join integration.product_links as link
                on price.product_id = link.product_id and price.variant_id = link.variant_id
            where
                price.source = 'stockx' and link.provider = 'stockx' and price.currency = 'GBP'
            """
        )
    }
    assert len(said) == 4206
    assert stored == said
    assert known(
        """
        select count(*)::int from integration.price_history as history
        inner join integration.price_sources as price
            on history.product_id = price.product_id and history.price_source_id = price.id
        where
            price.source = 'stockx' and price.currency = 'GBP' and history.last_seen_at is null
        """
    ) == [(4206,)]


@pytest.mark.slow
def test_every_size_label_is_the_one_that_was_said(known):
    panda = json.loads((DATA / "stockx/v2_DD1391-100/03_product_variants.json").read_text())
    said = {
        variant["variantId"]: variant["variantValue"]
        for body in (*bodies("v2_product_variants"), panda["response"])
        for variant in body
    }
    stored = known(
        "select provider_variant_id, size_label from integration.product_links"
        " where provider = 'stockx' and provider_variant_id <> ''"
    )
    assert {key: label for key, label in stored if key in said} == said


@pytest.mark.slow
def test_every_comparable_alias_price_is_the_one_that_was_said(known):
    conditions = {"NEW": "new", "USED": "used", "NEW_WITH_DEFECTS": "new_with_defects"}
    item = json.loads((DATA / "alias/DD1391-100/all_endpoints.json").read_text())
    sizes = {
        size["value"] for size in item["responses"][1]["data"]["catalog_item"]["allowed_sizes"]
    }
    said = {}
    for name, region, channel in (
        ("api3_pricing_global", "global", "standard"),
        ("api4_pricing_us_region", "US", "standard"),
        ("api5_pricing_non_consigned", "global", "standard"),
        ("api6_pricing_consigned", "global", "consigned"),
    ):
        variants = json.loads((DATA / f"alias/DD1391-100/{name}.json").read_text())["variants"]
        for one in variants:
            if not one["packaging_condition"].endswith("_GOOD_CONDITION"):
                continue
            if one["size"] not in sizes:
                continue
            condition = conditions[one["product_condition"].removeprefix("PRODUCT_CONDITION_")]
            for price_type, field in (
                ("ask", "lowest_listing_price_cents"),
                ("bid", "highest_offer_price_cents"),
                ("last_sale", "last_sold_listing_price_cents"),
                ("indicator", "global_indicator_price_cents"),
            ):
                key = (f"{one['size']:g}", price_type, condition, region, channel)
                said[key] = int(one["availability"][field]) or None
    stored = {
        tuple(row[:5]): row[5]
        for row in known(
            """
            select
                link.provider_variant_id, price.price_type, price.condition, price.region,
                price.channel, price.price_cents
            from integration.price_sources as price
            inner join integration.product_links as link
                on price.product_id = link.product_id and price.variant_id = link.variant_id
            where price.source = 'alias' and link.provider = 'alias' and price.currency = 'USD'
            """
        )
    }
    assert stored == said


@pytest.mark.slow
def test_every_row_of_the_feed_is_a_size_of_its_page_with_its_price(known):
    feed = rows_of("awin/product_feed_sizeofficial_de.csv.gz")
    pages = {row["merchant_deep_link"] for row in feed}
    assert len(pages) == 171
    links = known(
        "select provider_product_id, provider_variant_id, size_label"
        " from integration.product_links where provider = 'awin' and provider_variant_id <> ''"
    )
    assert sorted(links) == sorted(
        (row["merchant_deep_link"], row["aw_product_id"], row["Fashion:size"]) for row in feed
    )
    said = {}
    for row in feed:
        cents = round(float(row["search_price"]) * 100) if row["in_stock"] == "1" else None
        said.setdefault((row["merchant_deep_link"], row["Fashion:size"]), []).append(cents)
    stored = {
        (page, label): cents
        for page, label, cents in known(
            """
            select link.provider_product_id, link.size_label, price.price_cents
            from integration.price_sources as price
            inner join integration.product_links as link
                on price.product_id = link.product_id and price.variant_id = link.variant_id
            where
                price.source = 'awin' and link.provider = 'awin' and price.currency = 'EUR'
                and price.price_type = 'retail'
            """
        )
    }
    # Five sizes stand in two rows.
    assert len(said) == len(feed) - 5
    assert stored == {
        key: min((one for one in cents if one), default=None) for key, cents in said.items()
    }


@pytest.mark.slow
def test_style_codes_of_the_feed_are_found(known):
    assert known(
        "select count(*)::int, count(distinct style_code)::int from integration.product_links"
        " where provider = 'awin' and provider_variant_id = '' and style_code is not null"
    ) == [(163, 126)]


@pytest.mark.slow
def test_the_market_of_a_shoe_on_two_days_is_kept_twice(known):
    assert known(
        """
        select lowest_ask_cents, currency, snapshot_at::date::text
        from integration.market_snapshots
        where provider_source = 'browse' and style_code = 'DA3595-100' order by snapshot_at
        """
    ) == [(33900, "EUR", "2020-10-05"), (33200, "EUR", "2020-10-06")]


@pytest.mark.slow
def test_every_market_state_of_stockx_is_the_one_that_was_said(known):
    said = {
        (body["variantId"], channel): tuple(
            amount and int(amount) * 100
            for amount in (block["lowestAsk"], block["sellFaster"], block["earnMore"])
        )
        for body in bodies("v2_variant_market_data")
        for channel in ("standard", "flex", "direct")
        for block in [body[f"{channel}MarketData"]]
    }
    stored = {
        tuple(row[:2]): tuple(row[2:])
        for row in known(
            """
            select
                provider_variant_id, channel, lowest_ask_cents, sell_faster_cents,
                earn_more_cents
            from integration.market_snapshots where provider_source = 'market_data'
            """
        )
    }
    assert {key: stored.get(key, (None, None, None)) for key in said} == said


@pytest.mark.slow
def test_a_shoe_is_asked_for_at_goat_and_at_stockx(known):
    """The same shoe on the same day, in dollars and in euros, on one product."""
    assert known(
        """
        select distinct price.source, price.currency
        from integration.price_sources as price
        inner join products.products as product on price.product_id = product.id
        where product.style_code = 'DA3595-100' order by 1
        """
    ) == [("goat", "USD"), ("stockx", "EUR")]


@pytest.mark.slow
def test_every_sale_of_the_contest_is_kept_and_equal_ones_stay_two(known):
    said = Counter(
        (
            datetime.strptime(row["Order Date"], "%m/%d/%y").date().isoformat(),
            int(row["Sale Price"].replace("$", "").replace(",", "")) * 100,
            f"US-{row['Buyer Region']}",
            row["Sneaker Name"].lower(),
            f"{float(row['Shoe Size']):g}",
        )
        for row in rows_of("stockx/data_contest_2019.csv.gz")
    )
    stored = Counter()
    for *key, number in known(
        """
        select
            (sale.sold_at at time zone 'UTC')::date::text, sale.price_cents, sale.region,
            lower(link.title), size.label, count(*)::int
        from integration.market_sales as sale
        inner join products.variants as variant
            on sale.product_id = variant.product_id and sale.variant_id = variant.id
        inner join products.sizes as size on variant.size_id = size.id
        inner join integration.product_links as link
            on
                sale.product_id = link.product_id
                and link.provider = 'stockx-contest'
                and link.provider_variant_id = ''
        where sale.source = 'stockx'
        group by 1, 2, 3, 4, 5
        """
    ):
        stored[tuple(key)] = number
    assert sum(said.values()) == 99_956
    assert sum(number - 1 for number in said.values()) == 2_840
    assert stored == said
    assert known(
        "select count(*)::int from integration.market_sales where source = 'stockx'"
        " and occurrence > 1"
    ) == [(2_840,)]


@pytest.mark.slow
def test_the_latest_quote_is_the_newest_that_was_said(known):
    assert known(
        """
        select symbol, price_cents, market_cap_cents::text, observed_at
        from equities.live_quote_indicators order by symbol
        """
    ) == [
        ("AAPL", 25592, None, datetime(2026, 4, 4, tzinfo=UTC)),
        ("EURUSD", 115, None, datetime(2026, 4, 5, 22, 22, 5, tzinfo=UTC)),
    ]
    assert known(
        "select price_cents from equities.quote_history where symbol = 'AAPL' order by quoted_at"
    ) == [(23280,), (25608,), (25592,), (25592,)]
