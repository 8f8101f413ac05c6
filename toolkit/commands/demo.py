"""demo: the main job from end to end, as a string of ordinary commands."""

import contextlib
import os
import shlex
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit import db
from toolkit.context import App, pass_app
from toolkit.errors import Failure

if TYPE_CHECKING:
    from toolkit.demo.payloads import Recording

# Products before what refers to them.
PRODUCTS = ("stockx_products", "alias_products")
VARIANTS = ("stockx_variants", "soleflip_products")
PRICES = ("stockx_latest_prices", "market_prices", "live_quotes")
PROVIDERS = ("stockx", "alias", "fmp", "awin")
SIZE_BUDGET = "250MB"
WRITES_A_SECOND = 100.0
ASKED_A_SECOND = 60
# pg_cron may come a minute after it was told; the demo is to end within 90 seconds.
LONGEST_WAIT_SECONDS = 60

data_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Use the responses recorded in this folder.  [default: generated ones]",
)


@click.group(invoke_without_command=True)
@data_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-report"),
    show_default=True,
    help="Folder for the HTML reports.",
)
@click.pass_context
def demo(ctx: click.Context, data: Path | None, out: Path) -> None:
    """Take a legacy database to a unified, healthy one: the main job, step by step.

    Each step is an ordinary command, which is printed before it runs. Without --dsn it works in
    the private local cluster, and replaces what an earlier demo left there; nothing else.
    """
    if ctx.invoked_subcommand is None:
        Demo(ctx.ensure_object(App), data, out).run()


@demo.command()
@data_option
@pass_app
def legacy(app: App, data: Path | None) -> None:
    """Build the legacy database: three real systems, with their defects."""
    from toolkit.demo import legacy as tables

    recording = record(data)
    with db.connect(db.resolve_dsn(app)) as connection:
        counts = tables.build(connection, recording, app.remark)
    app.emit({"recording": recording.name, "rows": counts})
    total = sum(counts.values())
    app.say(f"{len(counts)} tables with {total} rows, {recording.name}")


@demo.command()
@data_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any free one.")
@pass_app
def simulator(app: App, data: Path | None, port: int) -> None:
    """Answer as the providers do, with delays, 429s and 500s, until interrupted."""
    with simulate(data, port) as url:
        app.say(url)
        while True:
            time.sleep(3600)


def record(data: Path | None) -> "Recording":
    """Return the recorded responses of a folder, else generated ones that end today."""
    from toolkit.demo.payloads import Recording

    if data is not None:
        return Recording.recorded(data)
    return Recording.generated(datetime.now(UTC).replace(microsecond=0))


@contextlib.contextmanager
def simulate(data: Path | None, port: int = 0) -> Iterator[str]:
    """Run the provider simulator; yield its address."""
    from toolkit.demo.simulator import Simulator

    with Simulator(record(data), delay_ms=20, rate_429=0.02, rate_500=0.01, port=port) as providers:
        yield providers.url


class Demo:
    """One run of the main job. Errors: Failure naming the step that did not end well."""

    def __init__(self, app: App, data: Path | None, out: Path) -> None:
        self.app = app
        self.data = data
        self.out = out
        self.started = time.monotonic()

    def run(self) -> None:
        """Run all steps."""
        from toolkit.demo.writer import Writer

        self.out.mkdir(parents=True, exist_ok=True)
        self.heading("A private cluster, and a legacy database as the three real systems look")
        if self.app.dsn is None:
            self.step("local", "up")
            self.make_room()
        given = ["--data", str(self.data)] if self.data else []
        self.step("demo", "legacy", *given)
        self.heading("What is wrong with it")
        self.report("audit", "--fail-on", "never")
        self.heading("The new system, beside the old tables, which keep working")
        self.step("apply", "--schema-suffix", "_v2")
        self.step("move", "define", "archvd", "soleflip", "tickered")
        with (
            simulate(self.data) as url,
            Writer(db.resolve_dsn(self.app), rate=WRITES_A_SECOND) as writer,
        ):
            self.heading("The catalogue first: one product, whatever each system calls it")
            self.step("move", "start", *PRODUCTS)
            self.step("move", "backfill", *PRODUCTS)
            self.heading("What has to be asked for from now on; pg_cron queues it by itself")
            self.schedule(url)
            self.heading("The rest of the catalogue")
            self.step("move", "start", *VARIANTS)
            self.step("move", "backfill", *VARIANTS)
            self.step("move", "compare", *PRODUCTS, *VARIANTS)
            if self.data:
                self.ingest(self.data)
            self.heading("The prices, while the legacy application keeps writing")
            self.step("move", "start", *PRICES)
            self.step("move", "backfill", *PRICES)
            # Of the ten recorded quotes two are infinite, which is too many unless it is said.
            limit = ["--quarantine-limit", "25"] if self.data else []
            for _ in (10, 50, 100):
                self.step("move", "cutover", *limit, *PRICES)
            self.heading("A worker empties the queue; the providers are slow and fail at times")
            self.work()
            writer.stop()
            self.step("move", "compare", *PRICES)
            self.app.say(
                f"the legacy application: {writer.statements} statements, {writer.failed} failed, "
                f"slowest {writer.slowest * 1000:.0f} ms"
            )
            if writer.failed:
                raise Failure(
                    f"{writer.failed} statements of the legacy application failed",
                    writer.messages[0],
                )
        self.heading("The new schemas get their names; the old ones make room")
        self.step("promote")
        self.step("cron", "install", may_fail=True)
        self.step("sync", "tick")
        self.heading("How it is now")
        self.report("health", "--size-budget", SIZE_BUDGET, "--fail-on", "never")
        self.step("status")
        self.app.say(f"\nfrom a legacy database to this in {time.monotonic() - self.started:.0f} s")
        self.app.say(str((self.out / "health.html").resolve()))

    def schedule(self, url: str) -> None:
        """Register what can be asked for, and let pg_cron queue it, or tick where it is missing."""
        for provider in PROVIDERS:
            os.environ[f"{provider.upper()}_API_KEY"] = "demo-key"
        urls = [part for name in PROVIDERS for part in ("--base-url", f"{name}={url}")]
        self.step("sync", "seed", *urls)
        self.step("sync", "pace", *(f"{name}={ASKED_A_SECOND}" for name in PROVIDERS))
        self.has_cron = self.step("cron", "install", may_fail=True)
        if not self.has_cron:
            self.step("sync", "tick")

    def ingest(self, data: Path) -> None:
        """Load what no legacy table held, through the same door as live answers."""
        self.heading("Recorded files, through the same door as live answers")
        for provider, kind, name in (
            ("stockx", "contest", "stockx/data_contest_2019.csv.gz"),
            ("awin", "feed", "awin/product_feed_sizeofficial_de.csv.gz"),
        ):
            self.step("ingest", provider, kind, str(data / name))

    def work(self) -> None:
        """Wait until pg_cron has queued what is stale, but not for long, then work the queue."""
        queued = "select count(*) from sync_v2.cron_runs where job_name = 'queue_stale'"
        with db.connect(db.resolve_dsn(self.app)) as connection:
            told = False
            while self.has_cron and not db.scalar(connection, queued):
                if time.monotonic() - self.started > LONGEST_WAIT_SECONDS:
                    self.app.say("its minute is too far off for a demo; queueing by hand")
                    self.step("sync", "tick")
                    break
                if not told:
                    self.app.remark("waiting for the full minute, at which pg_cron queues")
                    told = True
                time.sleep(0.5)
        self.step("sync", "worker", "--until-empty", "--concurrency", "16")
        self.step("sync", "status")

    def make_room(self) -> None:
        """Remove what an earlier demo left in the private cluster's database."""
        from toolkit.demo.legacy import is_demo
        from toolkit.local import Cluster

        cluster = Cluster()
        with db.connect(cluster.dsn()) as connection:
            was_demo = is_demo(connection)
        if was_demo:
            self.app.remark("removing what an earlier demo left")
            cluster.recreate_database(report=self.app.remark)

    def report(self, command: str, *options: str) -> None:
        """Run a reporting command for the terminal and for an HTML file."""
        path = self.out / f"{command}.html"
        self.step(command, *options, "--format", "term", "--out", str(path))

    def heading(self, text: str) -> None:
        """Print what the next steps are about."""
        seconds = time.monotonic() - self.started
        self.app.say(f"\n{text}  ({seconds:.0f} s)")

    def step(self, *arguments: str, may_fail: bool = False) -> bool:
        """Print a command and run it; return whether it ended well."""
        from toolkit.cli import run

        self.app.say(f"\n$ mdt {shlex.join(arguments)}")
        sys.stdout.flush()
        options = ["--dsn", self.app.dsn] if self.app.dsn else []
        options += ["-q"] if self.app.verbosity < 0 else []
        code = run([*options, "--project", str(self.app.project), *arguments])
        sys.stdout.flush()
        if code == 130:
            raise KeyboardInterrupt
        if code and not may_fail:
            raise Failure(
                f"the demo ends here: mdt {arguments[0]} left with exit code {code}",
                hint="Run 'mdt demo' again; it begins anew.",
                exit_code=code,
            )
        return code == 0
