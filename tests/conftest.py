"""Databases for the tests: one private server, one template a session, one fresh copy a test.

The server is a throwaway cluster of `toolkit.local` in a folder of its own (MDT_TEST_HOME), shared
by sessions that run at the same time, and stopped by the last one. The folder is in memory where
there is room: a database is a thousand files, and most tests begin with a copy of one.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import hypothesis
import psycopg
import pytest
from psycopg import sql
from pytest_postgresql.janitor import DatabaseJanitor

from tests.owner import OWNER, add_roles, hand_over
from tests.preloaded import run_mdt
from toolkit import local
from toolkit.errors import Failure
from toolkit.servers import choose_server

ROOT = Path(__file__).resolve().parent.parent
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the cluster checks whose its folder is
ROOM_WANTED = 6 << 30  # bytes: the databases of three workers, and the write-ahead log
PREFIX = "test_"
LIKE_PREFIX = r"test\_%"

# The same examples in each run; "--hypothesis-profile search" looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.register_profile("search", print_blob=True)
hypothesis.settings.load_profile("steady")

Connection = psycopg.Connection[tuple[Any, ...]]
Mdt = Callable[..., subprocess.CompletedProcess[str]]


# What takes longest, so that no worker is left alone with it at the end. A folder stands for all
# its files where they share databases that take long to make.
FIRST = (
    "tests/demo/test_main_job.py",
    "tests/moves",
    "tests/toolkit/test_promote.py",
    "tests/demo",
    "tests/toolkit/test_local.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put first what takes longest, and leave out what takes minutes unless -m names it.

    What is marked "superuser" is skipped where the tests work as another role.
    """
    items.sort(key=lambda item: _rank(item.nodeid))
    if OWNER:
        for item in items:
            if item.get_closest_marker("superuser"):
                item.add_marker(pytest.mark.skip(reason=f"{OWNER} is no superuser"))
    if "faults" in config.option.markexpr:
        return
    left = [item for item in items if item.get_closest_marker("faults")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def _rank(nodeid: str) -> int:
    """Return the place in FIRST of what a test belongs to, its length for any other."""
    return next((at for at, name in enumerate(FIRST) if nodeid.startswith(name)), len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let the tests of a file, or of a folder in FIRST, run in one worker, in the given order."""
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return (*FIRST, nodeid.split("::")[0])[_rank(nodeid)]

    config.option.loadscopereorder = False
    return Grouped(config, log)


def install(dsn: str) -> None:
    """Apply everything to an empty database: the one place where the tests call the migrator."""
    from toolkit import migrate

    migrate.apply_all(dsn)


@pytest.fixture(scope="session")
def cluster() -> Iterator[local.Cluster]:
    """Run the private server of the tests, free of databases that a killed session left."""
    home = _home()
    cluster = local.Cluster(home)
    try:
        cluster.up(fsync=False)
        with (home / "sessions").open("a") as sessions:
            if _is_alone(sessions):
                cluster.up(fsync=False)
                _drop_leftovers(cluster)
                _rest_autovacuum(cluster)
            fcntl.flock(sessions, fcntl.LOCK_SH)
            # Again: the last of the others may have stopped it just now.
            cluster.up(fsync=False)
            yield cluster
            if _is_alone(sessions):
                cluster.down()
    except Failure as failure:
        pytest.fail("\n".join(failure.lines()), pytrace=False)


def _home() -> Path:
    """Return the folder of the server: the one asked for, or one in memory, or else on disk."""
    if chosen := os.environ.get("MDT_TEST_HOME"):
        return Path(chosen)
    home = IN_MEMORY / f"mdt-tests-{os.getuid()}"
    with contextlib.suppress(OSError):
        if home.exists() or shutil.disk_usage(IN_MEMORY).free > ROOM_WANTED:
            return home
    return local.default_home().with_name("mdt-tests")


def _is_alone(sessions: IO[str]) -> bool:
    """Return whether no other session runs; if so, keep others from beginning."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(sessions, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _rest_autovacuum(cluster: local.Cluster) -> None:
    """Leave autovacuum on, but let it not come: what a plan costs must not hang on when it did."""
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
        connection.execute("alter system set autovacuum_naptime = '1d'")
        connection.execute("select pg_reload_conf()")


def _drop_leftovers(cluster: local.Cluster) -> None:
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
        names = connection.execute(
            "select datname from pg_database where datname like %s", [LIKE_PREFIX]
        ).fetchall()
        for (name,) in names:
            _janitor(cluster, name, is_template=True).drop()
        roles = connection.execute(
            "select rolname from pg_roles where rolname like %s", [LIKE_PREFIX]
        )
        for (name,) in roles.fetchall():
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


def _janitor(
    cluster: local.Cluster, name: str, *, template: str | None = None, is_template: bool = False
) -> DatabaseJanitor:
    address = psycopg.conninfo.conninfo_to_dict(cluster.dsn())
    return DatabaseJanitor(
        user=str(address["user"]),
        host=str(address["host"]),
        port=str(address["port"]),
        dbname=name,
        template_dbname=template,
        as_template=is_template,
    )


@pytest.fixture(scope="session")
def template(cluster: local.Cluster) -> Iterator[str]:
    """Make the database, with everything applied, that `db` and `dsn` are copies of."""
    name = _fresh_name("template")
    with _janitor(cluster, name, is_template=True):
        try:
            install(hand_over(cluster, name, is_empty=True))
            add_roles(cluster, name)
        except Failure as failure:
            pytest.fail("\n".join(failure.lines()), pytrace=False)
        yield name


@pytest.fixture(scope="session")
def template_beside(cluster: local.Cluster) -> Iterator[str]:
    """Make the database in which everything is applied with the suffix _v2, for `dsn_beside`."""
    from toolkit import migrate

    name = _fresh_name("template_beside")
    with _janitor(cluster, name, is_template=True):
        migrate.apply_all(hand_over(cluster, name, is_empty=True), "_v2")
        yield name


@pytest.fixture
def dsn_beside(cluster: local.Cluster, template_beside: str) -> Iterator[str]:
    """Return the DSN of a fresh database in which everything is applied with the suffix _v2."""
    name = _fresh_name("beside")
    with _janitor(cluster, name, template=template_beside):
        yield hand_over(cluster, name)


@pytest.fixture
def dsn(cluster: local.Cluster, template: str) -> Iterator[str]:
    """Return the DSN of a fresh database in which everything is applied."""
    name = _fresh_name("installed")
    with _janitor(cluster, name, template=template):
        yield hand_over(cluster, name)


@pytest.fixture
def empty_dsn(cluster: local.Cluster) -> Iterator[str]:
    """Return the DSN of a fresh database with nothing in it."""
    name = _fresh_name("empty")
    with _janitor(cluster, name):
        yield hand_over(cluster, name, is_empty=True)


@pytest.fixture
def db(dsn: str) -> Iterator[Connection]:
    """Connect, in autocommit mode, to a fresh database in which everything is applied."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def shared_dsn(cluster: local.Cluster, template: str) -> Iterator[str]:
    """Return the DSN of a database in which everything is applied, for `rolled_back`."""
    name = _fresh_name("shared")
    with _janitor(cluster, name, template=template):
        yield hand_over(cluster, name)


@pytest.fixture
def rolled_back(shared_dsn: str) -> Iterator[Connection]:
    """Connect to a database in which everything is applied, in a transaction that is undone.

    As good as a fresh one, and much sooner there, for what needs one session and no commit.
    """
    with (
        psycopg.connect(shared_dsn, autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


@pytest.fixture
def empty_db(empty_dsn: str) -> Iterator[Connection]:
    """Connect, in autocommit mode, to a fresh database with nothing in it."""
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def mdt() -> Mdt:
    """Return a function that runs the command line: mdt("status", dsn=dsn).stdout.

    Without dsn, the call sees the environment of the tests minus every MDT_ variable, so it never
    finds the user's own cluster unless env says where. cwd: the user's project folder. stdin: text.
    """

    def run(
        *arguments: str | Path,
        dsn: str | None = None,
        cwd: Path = ROOT,
        env: dict[str, str] | None = None,
        stdin: str = "",
        timeout: float = 300,
    ) -> subprocess.CompletedProcess[str]:
        variables = {k: v for k, v in os.environ.items() if not k.startswith(("MDT_", "PG"))}
        variables |= {"MDT_HOME": os.devnull, "PYTHONPATH": str(ROOT)}
        variables |= {"MDT_DSN": dsn} if dsn else {}
        variables |= env or {}
        return run_mdt([str(argument) for argument in arguments], cwd, variables, stdin, timeout)

    return run


@pytest.fixture(scope="session")
def dump() -> Callable[[str], str]:
    """Return a function that describes a database: its definitions, and what pg_partman keeps."""

    def describe(dsn: str) -> str:
        with psycopg.connect(dsn) as connection:
            server = choose_server(connection.info.server_version // 10000)
            partman = connection.execute(
                "select extnamespace::regnamespace::text from pg_extension"
                " where extname = 'pg_partman'"
            ).fetchone()
            kept = []
            if partman:
                kept = connection.execute(
                    f"select to_jsonb(kept) from {partman[0]}.part_config as kept"
                    " order by parent_table"
                ).fetchall()
        command = [server.program("pg_dump"), "--schema-only", "--dbname", dsn]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        lines = [
            line
            for line in done.stdout.splitlines()
            # Newer versions of pg_dump write a random word with these.
            if not line.startswith(("\\restrict", "\\unrestrict"))
        ]
        return "\n".join([*lines, *(str(row[0]) for row in kept)])

    return describe


def _fresh_name(kind: str) -> str:
    """Return a database name that no other test, session or process uses."""
    return f"{PREFIX}{kind}_{os.getpid()}_{secrets.token_hex(4)}"
