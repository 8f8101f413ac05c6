"""The providers over HTTP, on this machine only: a recording behind their real addresses."""

import gzip
import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import click

from toolkit.demo.payloads import PER_POUND, Recording
from toolkit.errors import Failure

API_KEY = "demo-key"
Query = dict[str, str]
# status, content type, body
Answer = tuple[int, str, bytes]


class Simulator:
    """Serve a recording as StockX, Alias, FMP and Awin do, with the delays and faults of life.

    Use it as a context manager, or start() and stop(); .url is its address without a final
    slash. delay_ms: how long every answer takes. rate_429, rate_500: share of the requests
    that fail that way, spread evenly by count: of n requests n * rate, to within one where
    that is no whole number. retry_after: seconds named in the header of a 429. The
    second successful request for an address gets prices a step further on than the first,
    the third two; step and advance() move all of them. A request without api_key, as header
    x-api-key, as bearer token, as parameter apikey or in the path of the feed, is a 401.

    statuses: answers by status. port 0: any free one.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        delay_ms: float = 0,
        rate_429: float = 0,
        rate_500: float = 0,
        retry_after: int = 1,
        api_key: str = API_KEY,
        port: int = 0,
        step: int = 0,
    ) -> None:
        self.recording = recording
        self.delay_ms = delay_ms
        self.rate_429 = rate_429
        self.rate_500 = rate_500
        self.retry_after = retry_after
        self.api_key = api_key
        self.port = port
        self.step = step
        self.statuses: Counter[int] = Counter()
        self._asked = 0
        self._fetched: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return the address in front of every provider's path."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to listen. Raises Failure when the port is taken."""
        try:
            self._server = _Server(self)
        except OSError as error:
            raise Failure(
                f"cannot listen on port {self.port}",
                f"{error.strerror}.",
                "Name another port with --port, or 0 for any free one.",
            ) from error
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="provider simulator", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, and end what connections are left."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None

    def advance(self, steps: int = 1) -> None:
        """Let the prices of everything move on by so many steps."""
        with self._lock:
            self.step += steps

    def answer(self, target: str, headers: dict[str, str]) -> tuple[Answer, dict[str, str]]:
        """Return the answer to one request and the headers that go with it.

        target: path and query string. headers: by name in lower case.
        """
        parts = urlsplit(target)
        path, query = unquote(parts.path), dict(parse_qsl(parts.query))
        if not self._is_allowed(path, query, headers):
            return self._counted(_refusal(path, 401)), {}
        fault = self._fault()
        if fault == 429:
            more = {"Retry-After": str(self.retry_after)}
            return self._counted(_refusal(path, 429)), more
        if fault == 500:
            return self._counted(_refusal(path, 500)), {}
        for pattern, respond in _ROUTES:
            match = pattern.fullmatch(path)
            if match:
                return self._counted(respond(self, match.groupdict(), query, target)), {}
        return self._counted(_refusal(path, 404)), {}

    def next_step(self, target: str) -> int:
        """Return the step for an address that is about to be answered, and count the answer."""
        with self._lock:
            step = self.step + self._fetched[target]
            self._fetched[target] += 1
            return step

    def _is_allowed(self, path: str, query: Query, headers: dict[str, str]) -> bool:
        given = [
            headers.get("x-api-key"),
            headers.get("apikey"),
            headers.get("authorization", "").removeprefix("Bearer "),
            query.get("apikey"),
        ]
        return self.api_key in given or f"/apikey/{self.api_key}/" in path

    def _fault(self) -> int:
        """Return the status of the fault that is due, 0 for none."""
        with self._lock:
            self._asked += 1
            # The second kind is due one request sooner, so that the two do not meet.
            for status, rate, ahead in ((429, self.rate_429, 0), (500, self.rate_500, 1)):
                if self.statuses[status] < int((self._asked + ahead) * Fraction(str(rate))):
                    # Counted at once, so that a request answered beside this one sees it.
                    self.statuses[status] += 1
                    return status
            return 0

    def _counted(self, answer: Answer) -> Answer:
        if answer[0] not in (429, 500):
            with self._lock:
                self.statuses[answer[0]] += 1
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", simulator.port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for request in list(self._open):
            # A client that keeps its connection alive would keep the thread alive too.
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that go away in the middle of an answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        simulator = self.server.simulator
        headers = {name.lower(): value for name, value in self.headers.items()}
        (status, kind, body), more = simulator.answer(self.path, headers)
        if simulator.delay_ms:
            time.sleep(simulator.delay_ms / 1000)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base's name
        """Keep quiet: the counters say enough."""


def _json(document: Any, status: int = 200) -> Answer:
    return status, "application/json", json.dumps(document).encode()


_REASONS = {
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
# What google.rpc, which Alias speaks, calls them.
_CODES = {400: 3, 401: 16, 404: 5, 429: 8, 500: 13}


def _refusal(path: str, status: int, reason: str = "") -> Answer:
    """Return an error in the words of the provider whose path it is."""
    reason = reason or _REASONS[status]
    if path.startswith("/api/v1/"):
        return _json({"code": _CODES[status], "message": reason, "details": []}, status)
    if path.startswith("/stable/"):
        return _json({"Error Message": reason}, status)
    if path.startswith("/datafeed/"):
        return status, "text/plain", reason.encode()
    return _json({"statusCode": status, "errorMessage": reason}, status)


Respond = Callable[[Simulator, Query, Query, str], Answer]


def _stockx_search(simulator: Simulator, _: Query, query: Query, target: str) -> Answer:
    try:
        page, size = int(query.get("pageNumber", 1)), int(query.get("pageSize", 10))
    except ValueError:
        return _refusal(target, 400, "pageNumber and pageSize must be numbers")
    if page < 1 or not 1 <= size <= 50:
        return _refusal(target, 400, "pageSize must be 1 to 50")
    return _json(simulator.recording.stockx_search(query.get("query", ""), page, size))


def _stockx_product(simulator: Simulator, names: Query, _: Query, target: str) -> Answer:
    product = simulator.recording.stockx_product(names["product"])
    return _refusal(target, 404, "Product not found") if product is None else _json(product)


def _stockx_variants(simulator: Simulator, names: Query, _: Query, target: str) -> Answer:
    if simulator.recording.stockx_product(names["product"]) is None:
        return _refusal(target, 404, "Product not found")
    return _json(simulator.recording.stockx_variants.get(names["product"], []))


def _stockx_prices(simulator: Simulator, names: Query, query: Query, target: str) -> Answer:
    currency = query.get("currencyCode", "USD")
    if currency not in PER_POUND:
        return _refusal(target, 400, f"Invalid currencyCode: {currency}")
    markets = simulator.recording.stockx_market_data.get(names["product"])
    if markets is None or names.get("variant", next(iter(markets), None)) not in markets:
        return _refusal(target, 404, "No market data")
    rows = simulator.recording.stockx_prices(
        names["product"], currency, simulator.next_step(target)
    )
    if "variant" not in names:
        return _json(rows)
    return _json(next(row for row in rows if row["variantId"] == names["variant"]))


def _alias_catalog(simulator: Simulator, _: Query, query: Query, target: str) -> Answer:
    if not query.get("query"):
        return _refusal(target, 400, "Missing parameter: input.Query")
    return _json(simulator.recording.alias_search(query["query"]))


def _alias_item(simulator: Simulator, names: Query, _: Query, target: str) -> Answer:
    item = simulator.recording.alias_item(names["catalog"])
    return _refusal(target, 404) if item is None else _json({"catalog_item": item})


def _alias_prices(simulator: Simulator, names: Query, query: Query, target: str) -> Answer:
    if names["catalog"] not in simulator.recording.alias_availabilities:
        return _refusal(target, 404)
    try:
        size = float(query["size"]) if "size" in query else None
    except ValueError:
        return _refusal(target, 400, "Invalid parameter: input.Size")
    consigned = query["consigned"] == "true" if "consigned" in query else None
    step = simulator.next_step(target)
    return _json(
        {
            "variants": simulator.recording.alias_prices(
                names["catalog"], size, query.get("region_id"), consigned, step
            )
        }
    )


def _alias_sales(simulator: Simulator, _: Query, query: Query, target: str) -> Answer:
    if "size" not in query:
        return _refusal(target, 400, "Missing parameter: input.Size")
    if query.get("catalog_id") not in simulator.recording.alias_availabilities:
        return _refusal(target, 404)
    try:
        size, limit = float(query["size"]), int(query.get("limit", 10))
    except ValueError:
        return _refusal(target, 400, "Invalid parameter: input.Size")
    wanted = query.get("consigned")
    sales = [
        sale
        for sale in simulator.recording.alias_sales.get(query["catalog_id"], [])
        if sale["size"] == size and wanted in (None, str(sale["consigned"]).lower())
    ]
    return _json({"recent_sales": sales[:limit]})


def _fmp_quote(simulator: Simulator, _: Query, query: Query, target: str) -> Answer:
    return _json(
        simulator.recording.fmp_quote(query.get("symbol", ""), simulator.next_step(target))
    )


def _awin_feed(simulator: Simulator, _: Query, __: Query, target: str) -> Answer:
    feed = simulator.recording.awin_csv().encode()
    if "/compression/gzip" in target:
        return 200, "application/gzip", gzip.compress(feed, mtime=0)
    return 200, "text/csv; charset=utf-8", feed


_ROUTES: tuple[tuple[re.Pattern[str], Respond], ...] = tuple(
    (re.compile(pattern), respond)
    for pattern, respond in (
        (r"/v2/catalog/search", _stockx_search),
        (r"/v2/catalog/products/(?P<product>[^/]+)", _stockx_product),
        (r"/v2/catalog/products/(?P<product>[^/]+)/variants", _stockx_variants),
        (r"/v2/catalog/products/(?P<product>[^/]+)/market-data", _stockx_prices),
        (
            r"/v2/catalog/products/(?P<product>[^/]+)/variants/(?P<variant>[^/]+)/market-data",
            _stockx_prices,
        ),
        (r"/api/v1/catalog", _alias_catalog),
        (r"/api/v1/catalog/(?P<catalog>[^/]+)", _alias_item),
        (r"/api/v1/pricing_insights/availabilities/(?P<catalog>[^/]+)", _alias_prices),
        (r"/api/v1/pricing_insights/recent_sales", _alias_sales),
        (r"/stable/quote", _fmp_quote),
        (r"/datafeed/download/.*", _awin_feed),
    )
)


@click.command()
@click.option("--port", default=0, show_default="any free one", help="Port to listen on.")
@click.option("--delay-ms", default=0.0, show_default=True, help="How long each answer takes.")
@click.option("--rate-429", default=0.0, show_default=True, help="Share turned away with 429.")
@click.option("--rate-500", default=0.0, show_default=True, help="Share answered with 500.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of recorded answers.  [default: generated ones]",
)
def main(port: int, delay_ms: float, rate_429: float, rate_500: float, data: Path | None) -> None:
    """Serve the providers on this machine until interrupted; print the address."""
    try:
        recording = Recording.recorded(data) if data else Recording.generated()
        with Simulator(
            recording, delay_ms=delay_ms, rate_429=rate_429, rate_500=rate_500, port=port
        ) as simulator:
            click.echo(simulator.url)
            click.echo(f"The key is {simulator.api_key!r}; Ctrl-C stops.", err=True)
            threading.Event().wait()
    except Failure as failure:
        raise click.ClickException("\n".join(failure.lines()).removeprefix("Error: ")) from failure
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
