"""What every measurement is made of: timing, commands, fresh databases, rows of the table."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from toolkit.local import Cluster

MDT = (sys.executable, "-m", "toolkit")
Work = Callable[[], None]


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
            f"| {self.title} | {_seconds(self.seconds)} | {self.floor_title} "
            f"| {_seconds(self.floor)} | {ratio:.2f} |"
        )


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value >= 0.1 else f"{value:.5f}"


def nothing() -> None:
    """Prepare nothing."""


def timed(work: Work, prepare: Work = nothing) -> float:
    """Return the seconds that work takes, after what prepares it."""
    prepare()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu_timed(work: Work) -> float:
    """Return the seconds of processor time that the commands of work take on this side."""
    before = os.times()
    work()
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def command(
    *arguments: str, environment: Mapping[str, str] | None = None, folder: str = "."
) -> Work:
    """Return a function that runs a command to its good end."""

    def run() -> None:
        subprocess.run(
            arguments,
            check=True,
            capture_output=True,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        )

    return run


def psql(dsn: str, script: str) -> Work:
    """Return a function that runs a script as one transaction, the floor of every apply."""
    return command(
        "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-f", script,
        environment={"PGOPTIONS": "-c check_function_bodies=off"},
    )  # fmt: skip


def medians(seen: Mapping[str, list[float]]) -> dict[str, float]:
    """Return the median of each list."""
    return {name: statistics.median(values) for name, values in seen.items() if values}


class Server:
    """The private cluster, with databases that can be made anew."""

    def __init__(self) -> None:
        self.cluster = Cluster()
        self.cluster.up()

    def dsn(self, name: str) -> str:
        """Return the DSN of a database."""
        return self.cluster.dsn(name)

    def fresh(self, name: str, template: str = "template1") -> None:
        """Make a database, or make it anew."""
        self.drop(name)
        with psycopg.connect(self.cluster.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} template {template}")

    def drop(self, name: str) -> None:
        """Drop a database if it is there."""
        with psycopg.connect(self.cluster.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database if exists {name} with (force)")


@contextmanager
def databases(server: Server, *names: str) -> Iterator[None]:
    """Drop databases when the block ends, however it ends."""
    try:
        yield
    finally:
        for name in names:
            server.drop(name)


def progress(text: str) -> None:
    """Say how far it is."""
    print(text, file=sys.stderr, flush=True)
