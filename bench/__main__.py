"""Measure, in interleaved rounds, and print a table; with --write also put it into README.md."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from toolkit.local import Cluster
from toolkit.migrate import rendered_sql
from toolkit.project import Project

DATABASE = "mdt_bench"
README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- bench -->", "<!-- /bench -->"


@dataclass
class Row:
    """One line of the table: median seconds of a measurement and of its floor."""

    title: str
    seconds: float
    floor_title: str
    floor: float

    def __str__(self) -> str:
        ratio = self.seconds / self.floor
        return (
            f"| {self.title} | {self.seconds:.3f} | {self.floor_title} | {self.floor:.3f} "
            f"| {ratio:.2f} |"
        )


def timed(work: Callable[[], None], prepare: Callable[[], None] = lambda: None) -> float:
    """Return the seconds that work takes, after what prepares it."""
    prepare()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def command(*arguments: str, environment: dict[str, str] | None = None) -> Callable[[], None]:
    """Return a function that runs a command to its good end."""

    def run() -> None:
        subprocess.run(
            arguments,
            check=True,
            capture_output=True,
            env={**os.environ, **(environment or {})},
        )

    return run


def measure(rounds: int) -> list[Row]:
    """Run every measurement in turn, as many times as there are rounds, and take the medians."""
    cluster = Cluster()
    cluster.up()
    dsn = cluster.dsn(DATABASE)
    mdt = [sys.executable, "-m", "toolkit"]

    def fresh() -> None:
        with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database if exists {DATABASE} with (force)")
            connection.execute(f"create database {DATABASE}")

    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "everything.sql"
        text = "create schema system;\n" + rendered_sql(Project(Path(folder)))
        script.write_text(text, encoding="utf-8")
        script.chmod(0o644)
        Path(folder).chmod(0o755)
        psql = command(
            "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-f", str(script),
            environment={"PGOPTIONS": "-c check_function_bodies=off"},
        )  # fmt: skip
        apply = command(*mdt, "--dsn", dsn, "-q", "apply")
        names = ("psql", "apply", "no-op", "select", "help", "click")
        seen: dict[str, list[float]] = {name: [] for name in names}
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            seen["psql"].append(timed(psql, fresh))
            seen["apply"].append(timed(apply, fresh))
            seen["no-op"].append(timed(apply))
            connect = f"import psycopg; psycopg.connect({dsn!r})"
            seen["select"].append(timed(command(sys.executable, "-c", connect)))
            seen["help"].append(timed(command(*mdt, "--help")))
            seen["click"].append(timed(command(sys.executable, "-c", "import click")))
        with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database if exists {DATABASE} with (force)")
    median = {name: statistics.median(values) for name, values in seen.items()}
    return [
        Row("`mdt apply`, fresh database", median["apply"], "`psql -1 -f`", median["psql"]),
        Row("`mdt apply`, no change", median["no-op"], "connect with psycopg", median["select"]),
        Row("`mdt --help`", median["help"], "`python -c 'import click'`", median["click"]),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often (default: 7)")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    rows = measure(options.rounds)
    table = "\n".join(
        [
            "| what | seconds | floor | seconds | ratio |",
            "| --- | ---: | --- | ---: | ---: |",
            *map(str, rows),
        ]
    )
    print(table)
    if options.write:
        text = README.read_text(encoding="utf-8")
        block = f"{START}\n{table}\n{END}"
        text = re.sub(f"{START}.*?{END}", lambda _: block, text, flags=re.S)
        README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
