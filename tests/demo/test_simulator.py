"""The providers' stand-in: their addresses, their refusals, and faults exactly as ordered."""

import contextlib
import csv
import gzip
import io
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from toolkit.demo.simulator import API_KEY, Simulator
from toolkit.errors import Failure

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def simulator(generated):
    with Simulator(generated) as simulator:
        yield simulator


@pytest.fixture
def client(simulator):
    with httpx.Client(base_url=simulator.url, headers={"x-api-key": API_KEY}) as client:
        yield client


def paths(recording):
    product = recording.stockx_products[3]["productId"]
    variant = recording.stockx_variants[product][4]["variantId"]
    catalog = recording.alias_items[3]["catalog_id"]
    sale = recording.alias_sales[catalog][0]
    return {
        "/v2/catalog/search?query=retro": recording.stockx_search("retro"),
        f"/v2/catalog/products/{product}": recording.stockx_products[3],
        f"/v2/catalog/products/{product}/variants": recording.stockx_variants[product],
        f"/v2/catalog/products/{product}/market-data?currencyCode=GBP": list(
            recording.stockx_market_data[product].values()
        ),
        f"/v2/catalog/products/{product}/variants/{variant}/market-data?currencyCode=GBP": (
            recording.stockx_market_data[product][variant]
        ),
        "/api/v1/catalog?query=retro": recording.alias_search("retro"),
        f"/api/v1/catalog/{catalog}": {"catalog_item": recording.alias_items[3]},
        f"/api/v1/pricing_insights/availabilities/{catalog}": {
            "variants": recording.alias_prices(catalog)
        },
        f"/api/v1/pricing_insights/availabilities/{catalog}?size=9.5&region_id=2&consigned=false": {
            "variants": recording.alias_prices(catalog, 9.5, "2", False)
        },
        f"/api/v1/pricing_insights/recent_sales?catalog_id={catalog}&size={sale['size']}": {
            "recent_sales": [
                row for row in recording.alias_sales[catalog] if row["size"] == sale["size"]
            ]
        },
        "/stable/quote?symbol=AAPL": recording.fmp_quotes["AAPL"],
    }


def test_each_address_says_what_was_recorded(client, generated, simulator):
    wanted = paths(generated)
    for path, body in wanted.items():
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (200, body), path
        assert body, path
    assert simulator.statuses == {200: len(wanted)}


def test_one_address_answers_for_all_thirty_variants(client, generated):
    product = generated.stockx_products[0]["productId"]
    rows = client.get(f"/v2/catalog/products/{product}/market-data?currencyCode=USD").json()
    assert len(rows) == 30
    assert {row["currencyCode"] for row in rows} == {"USD"}
    assert [row["variantId"] for row in rows] == [
        variant["variantId"] for variant in generated.stockx_variants[product]
    ]


def test_recorded_answers_are_served_as_they_were(recorded):
    asked = {}
    with (
        Simulator(recorded) as simulator,
        httpx.Client(base_url=simulator.url, headers={"x-api-key": API_KEY}) as client,
    ):
        for product, markets in recorded.stockx_market_data.items():
            path = f"/v2/catalog/products/{product}/market-data?currencyCode=GBP"
            asked |= {row["variantId"]: row for row in client.get(path).json()}
            assert set(markets) <= set(asked)
        catalog = recorded.alias_items[0]["catalog_id"]
        path = f"/api/v1/pricing_insights/availabilities/{catalog}?consigned=true"
        consigned = client.get(path).json()["variants"]
    assert len(asked) == 701
    assert asked == {k: v for rows in recorded.stockx_market_data.values() for k, v in rows.items()}
    assert len(consigned) == 213


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (
            "/v2/catalog/products/none",
            404,
            {"statusCode": 404, "errorMessage": "Product not found"},
        ),
        (
            "/v2/catalog/products/none/variants",
            404,
            {"statusCode": 404, "errorMessage": "Product not found"},
        ),
        (
            "/v2/catalog/products/none/market-data?currencyCode=GBP",
            404,
            {"statusCode": 404, "errorMessage": "No market data"},
        ),
        ("/v2/catalog/search?query=a&pageSize=x", 400, None),
        ("/v2/catalog/search?query=a&pageSize=500", 400, None),
        ("/v2/elsewhere", 404, {"statusCode": 404, "errorMessage": "Not Found"}),
        (
            "/api/v1/catalog",
            400,
            {"code": 3, "message": "Missing parameter: input.Query", "details": []},
        ),
        ("/api/v1/catalog/none", 404, {"code": 5, "message": "Not Found", "details": []}),
        ("/api/v1/pricing_insights/availabilities/none", 404, None),
        ("/api/v1/pricing_insights/availabilities/{catalog}?size=big", 400, None),
        (
            "/api/v1/pricing_insights/recent_sales?catalog_id={catalog}",
            400,
            {"code": 3, "message": "Missing parameter: input.Size", "details": []},
        ),
        ("/stable/quote?symbol=NOPE", 200, []),
    ],
)
def test_what_is_not_there_is_refused_in_the_words_of_the_provider(
    path, status, message, client, generated
):
    answer = client.get(path.format(catalog=generated.alias_items[0]["catalog_id"]))
    assert answer.status_code == status
    if message is not None:
        assert answer.json() == message


def test_an_unknown_currency_and_variant_are_refused(client, generated):
    product = generated.stockx_products[0]["productId"]
    other = generated.stockx_variants[generated.stockx_products[1]["productId"]][0]["variantId"]
    base = f"/v2/catalog/products/{product}"
    assert client.get(f"{base}/market-data?currencyCode=ZZZ").status_code == 400
    path = f"{base}/variants/{other}/market-data?currencyCode=GBP"
    assert client.get(path).status_code == 404


def test_without_the_key_there_is_nothing(simulator, generated):
    every = [*paths(generated), "/datafeed/download/apikey/wrong/fid/1/"]
    with httpx.Client(base_url=simulator.url) as client:
        for path in every:
            assert client.get(path).status_code == 401
            assert client.get(path, headers={"x-api-key": "wrong"}).status_code == 401
    assert simulator.statuses == {401: 2 * len(every)}


def test_the_key_is_taken_where_each_provider_takes_it(simulator):
    with httpx.Client(base_url=simulator.url) as client:
        quote = "/stable/quote?symbol=AAPL"
        for path, headers in (
            (quote, {"x-api-key": API_KEY}),
            (quote, {"Authorization": f"Bearer {API_KEY}"}),
            (f"{quote}&apikey={API_KEY}", {}),
            (f"/datafeed/download/apikey/{API_KEY}/language/de/fid/1/format/csv/", {}),
        ):
            assert client.get(path, headers=headers).status_code == 200


def test_the_feed_is_csv_and_packed_when_asked_for(simulator, generated):
    path = f"/datafeed/download/apikey/{API_KEY}/fid/1/format/csv/"
    with httpx.Client(base_url=simulator.url) as client:
        plain = client.get(path)
        packed = client.get(f"{path}compression/gzip/")
    assert list(csv.DictReader(io.StringIO(plain.text, newline=""))) == generated.awin_rows
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["content-type"] == "application/gzip"


def test_a_second_fetch_is_a_step_further_on(client, generated, simulator):
    product = generated.stockx_products[0]["productId"]
    path = f"/v2/catalog/products/{product}/market-data?currencyCode=GBP"
    first, second, third = (client.get(path).json() for _ in range(3))
    assert [first, second, third] == [
        generated.stockx_prices(product, "GBP", step) for step in (0, 1, 2)
    ]
    assert first != second != third
    simulator.advance(5)
    assert client.get(path).json() == generated.stockx_prices(product, "GBP", 8)
    quote = client.get("/stable/quote?symbol=NKE").json()
    assert quote == generated.fmp_quote("NKE", 5)


def statuses(generated, requests, workers=1, **options):
    with Simulator(generated, **options) as simulator:
        headers = {"x-api-key": API_KEY}
        with (
            httpx.Client(base_url=simulator.url, headers=headers, timeout=30) as client,
            ThreadPoolExecutor(workers) as pool,
        ):
            answers = list(
                pool.map(lambda _: client.get("/stable/quote?symbol=NKE"), range(requests))
            )
        codes = [answer.status_code for answer in answers]
        assert Counter(codes) == simulator.statuses
        for answer in answers:
            assert ("retry-after" in answer.headers) == (answer.status_code == 429)
        return codes


@pytest.mark.parametrize(
    ("rate_429", "rate_500", "requests", "wanted"),
    [
        (0.1, 0.05, 200, {429: 20, 500: 10, 200: 170}),
        (0.29, 0, 100, {429: 29, 200: 71}),
        (0, 0.07, 100, {500: 7, 200: 93}),
        (0.5, 0.5, 40, {429: 20, 500: 20}),
        (1, 0, 10, {429: 10}),
        (0, 0, 50, {200: 50}),
    ],
)
@pytest.mark.parametrize("workers", [1, 8])
def test_faults_are_as_many_as_ordered(rate_429, rate_500, requests, wanted, workers, generated):
    codes = statuses(generated, requests, workers, rate_429=rate_429, rate_500=rate_500)
    assert Counter(codes) == wanted


def test_faults_come_at_the_same_places_every_time_and_evenly(generated):
    runs = [statuses(generated, 60, rate_429=0.1, rate_500=0.05) for _ in range(2)]
    assert runs[0] == runs[1]
    assert [place for place, code in enumerate(runs[0], 1) if code == 429] == [
        10,
        20,
        30,
        40,
        50,
        60,
    ]


def test_a_refused_request_does_not_move_the_prices(generated):
    with (
        Simulator(generated, rate_500=0.5) as simulator,
        httpx.Client(base_url=simulator.url, headers={"x-api-key": API_KEY}) as client,
    ):
        answers = [client.get("/stable/quote?symbol=NKE") for _ in range(4)]
    good = [answer.json() for answer in answers if answer.status_code == 200]
    assert good == [generated.fmp_quote("NKE", step) for step in (0, 1)]


def test_retry_after_is_what_was_ordered(generated):
    with Simulator(generated, rate_429=1, retry_after=7) as simulator:
        answer = httpx.get(f"{simulator.url}/stable/quote", headers={"x-api-key": API_KEY})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json() == {"Error Message": "Too Many Requests"}


def test_every_answer_takes_its_time(generated):
    with (
        Simulator(generated, delay_ms=60) as simulator,
        httpx.Client(base_url=simulator.url, headers={"x-api-key": API_KEY}) as client,
    ):
        client.get("/stable/quote?symbol=NKE")
        begun = time.monotonic()
        client.get("/stable/quote?symbol=NKE")
        assert 0.06 <= time.monotonic() - begun < 5


def test_kept_alive_connections_are_as_fast_as_new_ones(client):
    client.get("/stable/quote?symbol=NKE")
    begun = time.monotonic()
    for _ in range(50):
        client.get("/stable/quote?symbol=NKE")
    # Forty milliseconds each are what a badly written server on loopback takes.
    assert time.monotonic() - begun < 50 * 0.03


def test_it_listens_on_loopback_only_and_no_longer_when_stopped(generated):
    simulator = Simulator(generated)
    simulator.start()
    assert simulator.url.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=simulator.url, headers={"x-api-key": API_KEY}) as client:
        assert client.get("/stable/quote?symbol=NKE").status_code == 200
        simulator.stop()
        with pytest.raises(httpx.TransportError):
            client.get("/stable/quote?symbol=NKE")
    simulator.stop()


def test_a_taken_port_is_one_failure(generated):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=f"cannot listen on port {port}"):
            Simulator(generated, port=port).start()


def test_it_runs_as_a_module_until_interrupted():
    command = [sys.executable, "-m", "toolkit.demo.simulator", "--port", "0"]
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
        stack.callback(process.kill)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = httpx.get(f"{url}/stable/quote?symbol=AAPL&apikey={API_KEY}")
        assert answer.json()[0]["symbol"] == "AAPL"
        process.send_signal(2)
        assert process.wait(timeout=20) == 0


def test_a_folder_without_recordings_ends_the_module_with_words(tmp_path):
    process = subprocess.run(
        [sys.executable, "-m", "toolkit.demo.simulator", "--data", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert process.stderr.startswith("Error: there is no file")
    assert "Traceback" not in process.stderr
