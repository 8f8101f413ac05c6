"""Applying everything to a fresh database, applying nothing, and starting at all."""

import sys
import tempfile
from pathlib import Path

from bench.rows import MDT, Row, Server, command, databases, medians, progress, psql, timed
from toolkit.migrate import rendered_sql
from toolkit.project import Project

DATABASE = "mdt_bench"


def measure(rounds: int) -> list[Row]:
    """Run every measurement in turn, as many times as there are rounds, and take the medians."""
    server = Server()
    dsn = server.dsn(DATABASE)
    names = ("psql", "apply", "no-op", "connect", "help", "click")
    seen: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder, databases(server, DATABASE):
        script = Path(folder) / "everything.sql"
        text = "create schema system;\n" + rendered_sql(Project(Path(folder)))
        script.write_text(text, encoding="utf-8")
        floor = psql(dsn, str(script))
        apply = command(*MDT, "--dsn", dsn, "-q", "apply")
        connect = command(sys.executable, "-c", f"import psycopg; psycopg.connect({dsn!r})")
        for number in range(rounds):
            progress(f"installation: round {number + 1} of {rounds}")
            seen["psql"].append(timed(floor, lambda: server.fresh(DATABASE)))
            seen["apply"].append(timed(apply, lambda: server.fresh(DATABASE)))
            seen["no-op"].append(timed(apply))
            seen["connect"].append(timed(connect))
            seen["help"].append(timed(command(*MDT, "--help")))
            seen["click"].append(timed(command(sys.executable, "-c", "import click")))
    median = medians(seen)
    return [
        Row("`mdt apply`, fresh database", median["apply"], "`psql -1 -f`", median["psql"]),
        Row("`mdt apply`, no change", median["no-op"], "connect with psycopg", median["connect"]),
        Row("`mdt --help`", median["help"], "`python -c 'import click'`", median["click"]),
    ]
