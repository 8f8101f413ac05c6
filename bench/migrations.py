"""Two hundred generated migrations: ours against psql and against other tools, where installed.

`make peers` installs the others into .cache/peers. Every tool is started as its user would start
it, and works on a database of its own; the rounds are interleaved.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from bench import generated
from bench.rows import (
    MDT,
    Row,
    Server,
    Work,
    command,
    cpu_timed,
    databases,
    medians,
    nothing,
    progress,
    psql,
    timed,
)

COUNT = 200
PEERS = Path(__file__).parent.parent / ".cache" / "peers"
INSTALLED = "mdt_bench_installed"
Items = list[generated.Generated]


class Tool(NamedTuple):
    """How a tool is measured. rollback: takes back everything, where it can in one command."""

    name: str
    apply: Work
    no_change: Work
    status: Work
    rollback: Work | None


def measure(rounds: int) -> list[Row]:
    """Apply, apply again, ask for the status, and roll all back, with every tool in turn."""
    server = Server()
    items = [generated.first(), *generated.migrations(COUNT)]
    with tempfile.TemporaryDirectory() as name, databases(server, INSTALLED, *database_names()):
        folder = Path(name)
        server.fresh(INSTALLED)
        command(*MDT, "--dsn", server.dsn(INSTALLED), "-q", "apply")()
        tools = [make(server, folder, items) for make in MAKERS if is_there(make)]
        seen: dict[str, list[float]] = {}
        for number in range(rounds):
            progress(f"migrations: round {number + 1} of {rounds}")
            for tool in tools:
                server.fresh(database_name(tool.name), starting_point(tool.name))
                one_round(tool, seen)
        rows = table(tools, medians(seen))
        return [*rows, big_file(server, folder, rounds)]


def one_round(tool: Tool, seen: dict[str, list[float]]) -> None:
    """Measure one tool once, in a database that is fresh."""

    def note(what: str, seconds: float) -> None:
        seen.setdefault(f"{tool.name} {what}", []).append(seconds)

    note("apply", timed(tool.apply))
    if tool.name == "psql":
        assert tool.rollback
        note("rollback", timed(tool.rollback))
        return
    note("no-op", timed(tool.no_change))
    note("no-op cpu", cpu_timed(tool.no_change))
    note("status", timed(tool.status))
    note("status cpu", cpu_timed(tool.status))
    if tool.rollback:
        note("rollback", timed(tool.rollback))


def table(tools: list[Tool], median: dict[str, float]) -> list[Row]:
    """Return the rows: ours and the others' against psql, and ours in processor time."""
    rows = []
    for tool in tools:
        if tool.name == "psql":
            continue
        rows.append(
            Row(
                f"{tool.name}: apply {COUNT} migrations",
                median[f"{tool.name} apply"],
                "`psql -1 -f`",
                median["psql apply"],
            )
        )
        if tool.rollback:
            rows.append(
                Row(
                    f"{tool.name}: roll {COUNT} back",
                    median[f"{tool.name} rollback"],
                    "`psql -1 -f`",
                    median["psql rollback"],
                )
            )
        for what in ("no-op", "status"):
            rows.append(
                Row(
                    f"{tool.name}: {what}, processor time",
                    median[f"{tool.name} {what} cpu"],
                    "allowed",
                    0.25,
                )
            )
    return rows


def big_file(server: Server, folder: Path, rounds: int) -> Row:
    """Apply one file of many statements."""
    item = generated.big()
    project = generated.write_project(folder / "big", [generated.first(), item])
    script = generated.write_script(folder / "big.sql", [generated.first().up, item.up])
    name = database_name("big")
    ours = command(*MDT, "--project", str(project), "--dsn", server.dsn(name), "-q", "apply")
    floor = psql(server.dsn(name), str(script))
    seen: dict[str, list[float]] = {"ours": [], "psql": []}
    for _ in range(rounds):
        for which, work in (("ours", ours), ("psql", floor)):
            seen[which].append(timed(work, lambda: server.fresh(name, INSTALLED)))
    median = medians(seen)
    title = f"`mdt`: a file of {generated.BIG_STATEMENTS:,} statements"
    return Row(title, median["ours"], "`psql -1 -f`", median["psql"])


def database_name(tool: str) -> str:
    """Return the name of a tool's database."""
    return f"mdt_bench_{tool.strip('`')}"


def database_names() -> list[str]:
    """Return the names of all databases."""
    return [database_name(name) for name in ("psql", "mdt", "yoyo", "alembic", "dbmate", "big")]


def starting_point(tool: str) -> str:
    """Return what a tool's database is a copy of: ours has the toolkit installed before."""
    return INSTALLED if tool == "`mdt`" else "template1"


def with_psql(server: Server, folder: Path, items: Items) -> Tool:
    """Return the floor: everything as one script."""
    dsn = server.dsn(database_name("psql"))
    up = generated.write_script(folder / "up.sql", [item.up for item in items])
    down = generated.write_script(folder / "down.sql", [item.down for item in reversed(items)])
    return Tool("psql", psql(dsn, str(up)), nothing, nothing, psql(dsn, str(down)))


def with_mdt(server: Server, folder: Path, items: Items) -> Tool:
    """Return ours: a project folder on top of an installed toolkit."""
    project = generated.write_project(folder / "mdt", items)
    mdt = [*MDT, "--project", str(project), "--dsn", server.dsn(database_name("mdt")), "-q"]
    return Tool(
        "`mdt`",
        command(*mdt, "apply"),
        command(*mdt, "apply"),
        command(*mdt, "status"),
        command(*mdt, "rollback", "--to", f"bench/{items[0].id}"),
    )


def with_yoyo(server: Server, folder: Path, items: Items) -> Tool:
    """Return yoyo's command."""
    source = str(generated.write_yoyo(folder / "yoyo", items))
    program = str(Path(sys.executable).with_name("yoyo"))
    options = ["--batch", "--no-config-file", "--database"]
    options.append(url(server.dsn(database_name("yoyo")), "postgresql+psycopg"))

    def yoyo(*arguments: str) -> Work:
        return command(program, *arguments, *options, source)

    return Tool("yoyo", yoyo("apply"), yoyo("apply"), yoyo("list"), yoyo("rollback", "--all"))


def with_alembic(server: Server, folder: Path, items: Items) -> Tool:
    """Return Alembic with raw SQL."""
    source = generated.write_alembic(folder / "alembic", items)
    program = str(PEERS / "bin" / "alembic")
    environment = {"BENCH_DSN": server.dsn(database_name("alembic"))}

    def alembic(*arguments: str) -> Work:
        return command(program, *arguments, environment=environment, folder=str(source))

    upgrade = alembic("upgrade", "head")
    return Tool("alembic", upgrade, upgrade, alembic("current"), alembic("downgrade", "base"))


def with_dbmate(server: Server, folder: Path, items: Items) -> Tool:
    """Return dbmate, which takes back one migration a command."""
    source = str(generated.write_dbmate(folder / "dbmate", items))
    program = str(PEERS / "node_modules" / ".bin" / "dbmate")
    options = ["--url", url(server.dsn(database_name("dbmate")), "postgres")]
    options += ["--migrations-dir", source, "--no-dump-schema"]

    def dbmate(*arguments: str) -> Work:
        return command(program, *options, *arguments)

    return Tool("dbmate", dbmate("migrate"), dbmate("migrate"), dbmate("status"), None)


MAKERS: tuple[Callable[[Server, Path, Items], Tool], ...] = (
    with_psql,
    with_mdt,
    with_yoyo,
    with_alembic,
    with_dbmate,
)


def is_there(make: Callable[[Server, Path, Items], Tool]) -> bool:
    """Tell whether a tool is installed, and say so where it is not."""
    programs = {with_alembic: "bin/alembic", with_dbmate: "node_modules/.bin/dbmate"}
    found = make not in programs or shutil.which(str(PEERS / programs[make])) is not None
    if not found:
        progress(f"{make.__name__.removeprefix('with_')} is not installed; 'make peers' does it")
    return found


def url(dsn: str, scheme: str) -> str:
    """Return a DSN as the URL of a scheme."""
    part = conninfo_to_dict(dsn)
    host = quote(str(part["host"]), safe="")
    return (
        f"{scheme}://{part['user']}@/{part['dbname']}?host={host}&port={part['port']}"
        "&sslmode=disable"
    )
