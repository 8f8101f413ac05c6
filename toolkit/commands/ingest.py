"""ingest: load recorded provider payloads from files."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg
from psycopg.types.json import Jsonb

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import MISUSED, Failure
from toolkit.installed import Installed
from toolkit.progress import Progress

KINDS = (".json", ".jsonl", ".csv")
# What the server says of a text that is no JSON, or none that it can hold.
UNREADABLE = (
    psycopg.DataError,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
)


@click.command()
@click.argument("provider", required=False)
@click.argument("kind", required=False)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "list_kinds", is_flag=True, help="List what can be read.")
@click.option(
    "--observed-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]),
    help="When the payloads were true, UTC.  [default: now, or what a recorded line says]",
)
@click.option(
    "--context", "pairs", multiple=True, metavar="KEY=VALUE", help="What only the request said."
)
@db.pass_connection
def ingest(
    app: App,
    connection: Connection,
    provider: str | None,
    kind: str | None,
    files: tuple[Path, ...],
    list_kinds: bool,
    observed_at: datetime | None,
    pairs: tuple[str, ...],
) -> None:
    """Load recorded payloads of PROVIDER and KIND from JSON, JSONL or CSV files, also .gz.

    A JSON file is one payload, a JSONL file one a line, a CSV file one array of its rows. A
    payload that was wrapped when it was recorded ({"body": ...}, {"response": ...}) is unwrapped.
    Repeating it changes nothing.
    """
    installed = Installed.find(app, connection)
    if list_kinds:
        kinds = installed.rows("select provider, kind from integration.payload_kinds order by 1, 2")
        app.emit({"kinds": kinds})
        for row in kinds:
            app.say(f"{row['provider']:10} {row['kind']}")
        return
    if not (provider and kind and files):
        raise click.UsageError("PROVIDER, KIND and at least one FILE are needed, or --list")
    context = Jsonb(dict(_pair(text) for text in pairs))
    if observed_at is not None and observed_at.tzinfo is None:
        observed_at = observed_at.replace(tzinfo=UTC)
    for path in files:
        suffix(path)
    totals = {"accepted": 0, "unchanged": 0, "rejected": 0}
    with Progress(app, f"ingest {provider} {kind}") as progress:
        for path in files:
            for place, text in documents(path):
                try:
                    row = installed.rows(
                        "select counts.* from integration.unwrap_recording(%s::jsonb) as said "
                        "cross join lateral integration.ingest(%s, %s, said.payload, "
                        "coalesce(%s, said.observed_at, now()), said.context || %s) as counts",
                        text,
                        provider,
                        kind,
                        observed_at,
                        context,
                    )[0]
                except UNREADABLE as error:
                    raise unreadable(place, error.diag.message_primary or str(error)) from error
                for key in totals:
                    totals[key] += row[key]
                progress.advance(sum(row.values()))
    app.emit(totals)
    app.say(", ".join(f"{count} {name}" for name, count in totals.items()))
    if totals["rejected"]:
        app.remark("integration.rejected_payloads says what was rejected, and why")


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not (key and separator):
        raise click.UsageError(f'--context "{text}" is not KEY=VALUE')
    return key, value


def suffix(path: Path) -> str:
    """Return .json, .jsonl or .csv: what a file holds. Errors: Failure for any other name."""
    name = path.name.lower().removesuffix(".gz")
    found = Path(name).suffix
    if found not in KINDS:
        raise Failure(
            f"{path} is neither .json, .jsonl nor .csv, nor one of these with .gz",
            exit_code=MISUSED,
        )
    return found


def documents(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (where it stands, JSON text) for each payload of a file.

    Errors: Failure naming the file when it cannot be unpacked, or is no CSV.
    """
    kind = suffix(path)
    try:
        data = path.read_bytes()
        if path.name.lower().endswith(".gz"):
            data = gzip.decompress(data)
        text = data.decode("utf-8-sig")
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Failure(f"{path} cannot be unpacked: {error}", "It is damaged.") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{path} cannot be read: {error}", "It is not UTF-8.") from error
    if kind == ".json":
        yield str(path), text
    elif kind == ".jsonl":
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield f"{path}:{number}", line
    else:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        try:
            yield str(path), json.dumps(list(reader))
        except csv.Error as error:
            raise unreadable(f"{path}:{reader.line_num}", str(error)) from error


def unreadable(place: str, reason: str) -> Failure:
    """Return the failure for a text that is not what its file's name says."""
    return Failure(
        f"{place}: {reason}",
        "What comes before it was recorded.",
        "Correct it and run the same command again: repeating changes nothing.",
    )
