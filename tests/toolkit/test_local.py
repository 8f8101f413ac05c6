"""The private cluster: what it survives, what it refuses, and that it keeps to itself."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import psycopg
import pytest

from toolkit.errors import NO_CONNECTION, Failure
from toolkit.local import Cluster
from toolkit.servers import choose_server

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that the server's user may enter, which pytest's own are not for root."""
    folder = Path(tempfile.mkdtemp(prefix="mdt-test-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def home_in(folder: Path, name: str = "home") -> Iterator[Path]:
    home = folder / name
    try:
        yield home
    finally:
        Cluster(home).down()


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture
def home(folder: Path) -> Iterator[Path]:
    """Return a folder that does not exist yet; what runs there afterwards is stopped."""
    with home_in(folder) as home:
        yield home


@pytest.fixture(scope="module")
def original() -> Iterator[Path]:
    """Return the folder of a stopped cluster, whose table t holds one row, to make copies of."""
    with open_folder() as folder, home_in(folder) as home:
        cluster = Cluster(home)
        cluster.up(fsync=False)
        execute(cluster, "create table t as select 7 as number")
        cluster.down()
        yield home


@pytest.fixture
def made(original: Path, home: Path) -> Cluster:
    """Return a running cluster that the test may harm."""
    subprocess.run(["cp", "-a", original, home], check=True)
    cluster = Cluster(home)
    cluster.up(fsync=False)
    return cluster


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """Return a running cluster that the tests only look at."""
    with open_folder() as folder, home_in(folder) as home:
        cluster = Cluster(home)
        cluster.up(fsync=False)
        yield cluster


def execute(cluster: Cluster, query: str) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute(query)


def scalar(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchone()[0]


def pid_of(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def at(home: Path) -> dict[str, str]:
    return {"MDT_HOME": str(home)}


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("waited 30 s in vain")


# -- up and down ------------------------------------------------------------------------------


def test_up_makes_a_database_with_the_preloaded_extensions_and_without_partman(mdt, home):
    result = mdt("local", "up", env=at(home))
    assert result.returncode == 0, result.stderr
    dsn = result.stdout.strip()
    assert scalar(dsn, "select current_database()") == "mdt"
    installed = scalar(dsn, "select array_agg(extname::text) from pg_extension")
    assert set(installed) == {"plpgsql", *choose_server().preloaded()}
    assert scalar(dsn, "show fsync") == "on"


def test_a_second_up_leaves_the_running_server_alone(mdt, made):
    before = pid_of(made)
    result = mdt("--json", "local", "up", env=at(made.home))
    assert json.loads(result.stdout)["started"] is False
    assert "already running" in result.stderr
    assert pid_of(made) == before


def test_down_and_up_keep_the_data_and_the_port(mdt, made):
    dsn = made.dsn()
    assert mdt("local", "down", env=at(made.home)).returncode == 0
    assert not made.is_running()
    again = mdt("local", "down", env=at(made.home))
    assert again.returncode == 0
    assert "Already stopped" in again.stderr
    assert mdt("local", "up", env=at(made.home)).stdout.strip() == dsn
    assert scalar(dsn, "select number from t") == 7


def test_two_ups_at_once_make_one_cluster(home):
    command = [sys.executable, "-m", "toolkit", "--json", "local", "up"]
    variables = os.environ | at(home) | {"PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(2)
    ]
    answers = [json.loads(process.communicate()[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(answer["started"] for answer in answers) == [False, True]
    assert answers[0]["dsn"] == answers[1]["dsn"]
    assert scalar(answers[0]["dsn"], "select 1") == 1


def test_settings_of_the_caller_do_not_reach_the_server(mdt, home):
    foreign = {"PGDATA": "/nonexistent", "PGHOST": "127.0.0.9", "PGPORT": "1", "PGUSER": "nobody"}
    result = mdt("local", "up", env=at(home) | foreign | {"PGDATABASE": "x", "LC_ALL": "xx_YY"})
    assert result.returncode == 0, result.stderr
    assert scalar(result.stdout.strip(), "show server_encoding") == "UTF8"


@pytest.mark.parametrize("name", ["with blank", 'o\'clock "$HOME" `x`', "a,b", "ü" * 60])
def test_any_folder_name_will_do(folder, name):
    with home_in(folder, name) as home:
        cluster = Cluster(home)
        cluster.up(fsync=False)
        assert scalar(cluster.dsn(), "show data_directory") == str(home / "data")
        place = Path(scalar(cluster.dsn(), "show unix_socket_directories").strip('"'))
        assert len(os.fsencode(place / ".s.PGSQL.54320")) <= 107
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert cluster.down()
        assert place.exists() == (place.parent == home)
        assert cluster.up(fsync=False)


def test_a_taken_port_is_given_up_for_another(mdt, made):
    port = made.status()["port"]
    made.down()
    with socket.socket() as occupant:
        occupant.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        occupant.bind(("127.0.0.1", port))
        occupant.listen()
        result = mdt("local", "up", env=at(made.home))
        assert result.returncode == 0, result.stderr
        assert made.status()["port"] != port
        assert scalar(made.dsn(), "select number from t") == 7


def test_a_database_made_anew_is_empty_and_keeps_the_scheduler_of_pg_cron(made):
    made.recreate_database(fsync=False)
    assert scalar(made.dsn(), "select to_regclass('t') is null")
    is_loaded = "pg_cron" in scalar(made.dsn(), "show shared_preload_libraries")
    schedulers = "select count(*) from pg_stat_activity where backend_type like 'pg_cron%'"
    wait_until(lambda: scalar(made.dsn(), schedulers) == is_loaded)


def test_a_port_taken_between_look_and_start_is_given_up_for_another(monkeypatch, made):
    made.down()
    free = made._ports
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        taken = occupant.getsockname()[1]
        monkeypatch.setattr(made, "_ports", lambda: chain([taken], free()))
        assert made.up(fsync=False)
    assert made.status()["port"] != taken


# -- crashes ----------------------------------------------------------------------------------


def test_up_recovers_from_a_killed_server(made):
    made.down()
    made.up()
    execute(made, "update t set number = 8")
    os.kill(pid_of(made), signal.SIGKILL)
    wait_until(lambda: not made.is_running())
    assert (made.data / "postmaster.pid").exists()
    assert made.up(fsync=False)
    assert scalar(made.dsn(), "select number from t") == 8


def test_up_ends_the_processes_that_outlived_a_killed_server(made):
    with psycopg.connect(made.dsn(), autocommit=True) as busy:
        orphan = busy.info.backend_pid
        # Stopped, it cannot notice that the server is gone.
        os.kill(orphan, signal.SIGSTOP)
        os.kill(pid_of(made), signal.SIGKILL)
        wait_until(lambda: not made.is_running())
        assert made.up(fsync=False)
    wait_until(lambda: not Path(f"/proc/{orphan}/cwd").exists())
    assert scalar(made.dsn(), "select number from t") == 7


@pytest.mark.parametrize("place", ["/", "data"])
def test_a_stale_pid_file_that_names_another_program_harms_neither(mdt, made, place):
    pid_file = made.data / "postmaster.pid"
    text = pid_file.read_text()
    made.down()
    owner = made.data.stat()
    as_server = {"user": owner.st_uid, "group": owner.st_gid} if IS_ROOT else {}
    with subprocess.Popen(["sleep", "600"], cwd=made.home / place, **as_server) as bystander:
        try:
            pid_file.write_text("\n".join([str(bystander.pid), *text.splitlines()[1:]]) + "\n")
            pid_file.chmod(0o600)
            os.chown(pid_file, owner.st_uid, owner.st_gid)
            assert not made.is_running()
            assert not made.down()
            assert mdt("local", "up", env=at(made.home)).returncode == 0
            assert scalar(made.dsn(), "select number from t") == 7
            assert bystander.poll() is None
        finally:
            bystander.kill()


@pytest.mark.parametrize(
    ("blow", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_an_interrupted_making_is_begun_anew(mdt, folder, home, blow, code):
    programs = folder / "programs"
    programs.mkdir()
    for program in choose_server().programs.iterdir():
        (programs / program.name).symlink_to(program)
    started = folder / "started"
    started.mkdir()
    started.chmod(0o777)
    (programs / "initdb").unlink()
    # Half of what the real one does, and then nothing for a long time.
    (programs / "initdb").write_text(
        f'#!/bin/sh\nmkdir "$2/base"; echo 15 >"$2/PG_VERSION"\n'
        f'echo $$ >"{started}/pid.part"; mv "{started}/pid.part" "{started}/pid"\n'
        "exec sleep 600\n"
    )
    (programs / "initdb").chmod(0o755)
    variables = os.environ | at(home) | {"PYTHONPATH": str(ROOT), "MDT_PG_BIN": str(programs)}
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "local", "up"],
        env=variables,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until((started / "pid").exists)
    if blow == signal.SIGINT:
        os.killpg(process.pid, blow)
    else:
        process.kill()
        os.kill(int((started / "pid").read_text()), signal.SIGKILL)
    remarks = process.communicate()[1]
    assert process.returncode == code
    assert "Traceback" not in remarks
    assert not Cluster(home).exists()
    assert list(home.glob("data.partial-*"))
    result = mdt("local", "up", env=at(home))
    assert result.returncode == 0, result.stderr
    assert not list(home.glob("data.partial-*"))
    assert scalar(result.stdout.strip(), "select 1") == 1


def test_a_failed_making_says_why_and_leaves_nothing(mdt, folder, home):
    programs = folder / "programs"
    programs.mkdir()
    for program in choose_server().programs.iterdir():
        (programs / program.name).symlink_to(program)
    (programs / "initdb").unlink()
    (programs / "initdb").write_text("#!/bin/sh\necho 'initdb: the disk is full' >&2; exit 1\n")
    (programs / "initdb").chmod(0o755)
    result = mdt("local", "up", env=at(home) | {"MDT_PG_BIN": str(programs)})
    assert result.returncode == 1
    assert "initdb: the disk is full." in result.stderr
    assert not list(home.glob("data*"))


def test_a_server_that_cannot_start_gives_its_reason(mdt, made):
    execute(made, "alter system set shared_preload_libraries = 'no_such_library'")
    made.down()
    result = mdt("local", "up", env=at(made.home))
    assert result.returncode == 1
    message, detail, _ = result.stderr.splitlines()[-3:]
    assert message == "Error: the private cluster did not start"
    assert detail == 'could not access file "no_such_library": No such file or directory.'


# -- what it refuses --------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nowhere"])
def test_a_folder_that_cannot_be_made_is_reported_in_words(mdt, folder, place):
    (folder / "file").write_text("mine")
    result = mdt("local", "up", env=at(folder / place))
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: cannot use the folder '{folder / place}': ")
    assert "MDT_HOME" in result.stderr.splitlines()[-1]
    assert (folder / "file").read_text() == "mine"


def test_a_folder_in_use_for_something_else_is_left_as_it_is(mdt, folder):
    (folder / "letters").mkdir(mode=0o750)
    before = folder.stat()
    result = mdt("local", "up", env=at(folder))
    assert result.returncode == 1
    assert "in use for something else" in result.stderr
    after = folder.stat()
    assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)
    assert [entry.name for entry in folder.iterdir()] == ["letters"]


@pytest.mark.skipif(not IS_ROOT, reason="only root has folders that the server cannot enter")
def test_a_folder_that_the_server_cannot_enter_is_reported_in_words(mdt, folder):
    folder.chmod(0o700)
    result = mdt("local", "up", env=at(folder / "home"))
    assert result.returncode == 1
    assert f"cannot enter '{folder / 'home'}'" in result.stderr


def test_a_missing_postgresql_is_reported_with_what_to_run(mdt, folder, home):
    result = mdt("local", "up", env=at(home) | {"MDT_PG_BIN": str(folder)})
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "Error: no PostgreSQL 15 to 18 with pg_partman is installed",
        "No PostgreSQL server is installed.",
        "Install what is missing with './setup.sh'.",
    ]


def test_a_server_that_is_too_old_is_named(mdt, folder, home):
    for name in ("postgres", "initdb", "pg_ctl"):
        (folder / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9 (Debian)'\n")
        (folder / name).chmod(0o755)
    result = mdt("local", "up", env=at(home) | {"MDT_PG_BIN": str(folder)})
    assert result.returncode == 1
    assert "Found: PostgreSQL 14" in result.stderr


def test_data_keep_their_major_version(mdt, folder, made):
    made.down()
    major = (made.data / "PG_VERSION").read_text().strip()
    result = mdt("local", "up", env=at(made.home) | {"MDT_PG_BIN": str(folder)})
    assert result.returncode == 1
    assert f"needs PostgreSQL {major} with pg_partman" in result.stderr
    assert "mdt local reset" in result.stderr


def test_nothing_but_a_started_cluster_has_a_dsn(home):
    with pytest.raises(Failure, match="there is no private cluster") as refused:
        Cluster(home).dsn()
    assert refused.value.exit_code == NO_CONNECTION
    assert "mdt local up" in refused.value.hint


# -- reset ------------------------------------------------------------------------------------


def test_reset_makes_an_empty_cluster_and_spares_its_neighbours(mdt, made):
    (made.home / "notes").write_text("mine")
    result = mdt("local", "reset", "--yes", env=at(made.home))
    assert result.returncode == 0, result.stderr
    assert scalar(made.dsn(), "select to_regclass('t') is null")
    assert (made.home / "notes").read_text() == "mine"
    assert not list(made.home.glob("data.*"))
    password = made.password_file.read_text().strip()
    with psycopg.connect(
        host="127.0.0.1", port=made.status()["port"], user="postgres", password=password
    ) as connection:
        assert connection.info.dbname == "postgres"


def test_reset_asks_first_and_takes_silence_for_no(mdt, made):
    result = mdt("local", "reset", env=at(made.home))
    assert result.returncode == 2
    assert "mdt local reset --yes" in result.stderr
    assert scalar(made.dsn(), "select number from t") == 7


def test_reset_refuses_data_without_the_marker(mdt, made):
    (made.data / "MDT_CLUSTER").unlink()
    result = mdt("local", "reset", "--yes", env=at(made.home))
    assert result.returncode == 1
    assert "is not a cluster of mdt's making" in result.stderr
    assert scalar(made.dsn(), "select number from t") == 7


def test_reset_refuses_a_folder_that_is_not_ours(mdt, folder):
    (folder / "data").mkdir()
    (folder / "data" / "PG_VERSION").write_text("15\n")
    result = mdt("local", "reset", "--yes", env=at(folder))
    assert result.returncode == 1
    assert (folder / "data" / "PG_VERSION").read_text() == "15\n"


# -- status and psql --------------------------------------------------------------------------


def test_status_describes_a_running_cluster(mdt, running):
    result = mdt("--json", "local", "status", env=at(running.home))
    assert result.returncode == 0
    status = json.loads(result.stdout)
    assert status["running"] is True
    assert status["data"] == str(running.home / "data")
    assert status["dsn"] == running.dsn()
    assert status["version"].startswith((running.data / "PG_VERSION").read_text().strip())
    sizes = {database["name"]: database["size_bytes"] for database in status["databases"]}
    assert set(sizes) == {"mdt", "postgres"}
    assert min(sizes.values()) > 1_000_000
    assert {extension["name"] for extension in status["extensions"]} >= {"plpgsql"}
    assert status["preloaded"] == choose_server().preloaded()
    words = mdt("local", "status", env=at(running.home)).stdout
    assert str(status["port"]) in words
    assert "running" in words


def test_status_of_a_stopped_cluster_is_a_failure(mdt, made):
    made.down()
    result = mdt("--json", "local", "status", env=at(made.home))
    assert result.returncode == 1
    status = json.loads(result.stdout)
    assert (status["exists"], status["running"], status["dsn"]) == (True, False, None)


def test_status_makes_nothing(mdt, home):
    result = mdt("--json", "local", "status", env=at(home))
    assert result.returncode == 1
    assert json.loads(result.stdout)["exists"] is False
    assert not home.exists()


def test_psql_passes_arguments_and_exit_code_on(mdt, running):
    query = "select current_database() || :'word'"
    told = mdt("local", "psql", "--", "-At", "-v", "word=x", env=at(running.home), stdin=query)
    assert told.stdout == "mdtx\n"
    other = mdt("local", "psql", "-Atc", "select current_database()", "postgres", "-X")
    assert other.returncode == NO_CONNECTION
    other = mdt("local", "psql", "-Atc", "select 1", "postgres", "-X", env=at(running.home))
    assert other.stdout == "1\n"
    assert mdt("local", "psql", "-c", "nonsense", env=at(running.home)).returncode == 1


# -- who may come in --------------------------------------------------------------------------


def test_the_loopback_address_asks_for_the_password(running):
    address = f"postgresql://postgres@127.0.0.1:{running.status()['port']}/mdt"
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(address, passfile=os.devnull)
    password = running.password_file.read_text().strip()
    with psycopg.connect(address, password=password) as connection:
        assert connection.info.dbname == "mdt"
    assert stat.S_IMODE(running.password_file.stat().st_mode) == 0o600
    with psycopg.connect(running.dsn()) as connection:
        seen = connection.execute("select query from pg_stat_statements").fetchall()
        assert password not in str(seen)


def test_the_server_listens_on_nothing_but_the_loopback_address(running):
    assert scalar(running.dsn(), "show listen_addresses") == "127.0.0.1"


@pytest.mark.skipif(not IS_ROOT, reason="only root can try it as somebody else")
def test_other_users_cannot_reach_the_socket_and_root_does_not_run_the_server(running):
    owner = running.data.stat().st_uid
    assert owner != 0
    assert Path(f"/proc/{pid_of(running)}").stat().st_uid == owner
    other = next(user for user in pwd.getpwall() if user.pw_uid not in {0, owner})
    psql = choose_server().program("psql")
    refused = subprocess.run(
        [psql, "-d", running.dsn(), "-c", "select 1"],
        user=other.pw_uid,
        group=other.pw_gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert refused.returncode != 0
    assert "Permission denied" in refused.stderr


@pytest.mark.skipif(not IS_ROOT, reason="a plain user has no such right to lose")
def test_root_in_a_container_that_may_not_look_at_processes_finds_the_server(running):
    limits = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"]
    link = subprocess.run([*limits, "readlink", f"/proc/{pid_of(running)}/cwd"])
    assert link.returncode != 0
    result = subprocess.run(
        [*limits, sys.executable, "-m", "toolkit", "--json", "local", "status"],
        env=os.environ | at(running.home) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert json.loads(result.stdout)["dsn"] == running.dsn()


def plain_python() -> list[str]:
    """Return a command that runs Python with our packages for a user who may see little."""
    packages = os.pathsep.join([str(ROOT), *(path for path in sys.path if "-packages" in path)])
    for program in (sys.executable, "/usr/bin/python3"):
        command = ["env", f"PYTHONPATH={packages}", "PYTHONDONTWRITEBYTECODE=1", program]
        seen = subprocess.run(
            [*command, "-c", "import toolkit.db, toolkit.local"],
            user="nobody",
            group=pwd.getpwnam("nobody").pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
        )
        if seen.returncode == 0:
            return command
    pytest.skip("the user 'nobody' cannot read this Python or these files")


@pytest.mark.skipif(not IS_ROOT, reason="all the other tests run as a plain user")
def test_a_plain_user_can_do_it_all(folder, home):
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    def run(*arguments: str) -> str:
        result = subprocess.run(
            [*plain_python(), "-m", "toolkit", "local", *arguments],
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            cwd="/",
            env=os.environ | at(home),
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    dsn = run("up").strip()
    assert run("psql", "-Atc", "select current_database()") == "mdt\n"
    assert home.stat().st_uid == (home / "data").stat().st_uid == nobody.pw_uid
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert dsn in run("status")
    # Root may look after a user's cluster, and it stays the user's.
    cluster = Cluster(home)
    assert cluster.down()
    assert cluster.up()
    assert run("psql", "-Atc", "select 1") == "1\n"
    run("down")
    run("up")
    run("reset", "--yes")
    run("down")
