"""The private PostgreSQL cluster: made, started, stopped and thrown away without any set-up.

One folder holds all of it: data (the server's own), run (the socket), log, port, password, and
MDT_CLUSTER, which marks the folder as ours and is the lock that lets one command work at a time.
The server listens on its socket, which only its owner can reach, and on 127.0.0.1 with a
password. Linux only: which process serves a folder is read from /proc.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from toolkit.context import environment
from toolkit.errors import NO_CONNECTION, Failure
from toolkit.servers import PRELOADED, SET_UP, Server, choose_server, find_servers

DATABASE = "mdt"
SUPERUSER = "postgres"
FIRST_PORT, PORTS = 54320, 400
MARKER = "MDT_CLUSTER"
MARKER_TEXT = "This folder belongs to the private cluster of mdt: see 'mdt local --help'.\n"
SOCKET_PATH_LIMIT = 107
STOP_SECONDS = 120.0
START_SECONDS = 300.0
LOG_SECONDS = 5.0
FATAL = re.compile(r"(?:FATAL|PANIC): +(.*)")

Report = Callable[[str], None]


def silent(text: str) -> None:
    """Take a progress line and drop it."""
    del text


def default_home() -> Path:
    """Return the folder of the private cluster: MDT_HOME, else one that suits the user."""
    chosen = environment("HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/mdt")
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    if data.is_absolute():
        return data / "mdt"
    try:
        return Path.home() / ".local" / "share" / "mdt"
    except RuntimeError as error:
        raise Failure(
            "there is no folder for the private cluster",
            "The home folder of this user is unknown.",
            "Name a folder with MDT_HOME.",
        ) from error


@dataclass(frozen=True)
class Postmaster:
    """A running server, as its own postmaster.pid describes it."""

    pid: int
    port: int
    socket: str
    is_ready: bool


@dataclass(frozen=True)
class Account:
    """The user that runs the server."""

    uid: int
    gid: int
    name: str


class Cluster:
    """The private cluster in one folder; see the module's text for what the folder holds."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = (home or default_home()).absolute()
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.marker = self.home / MARKER
        self.password_file = self.home / "password"
        self._port_file = self.home / "port"

    def dsn(self, database: str = DATABASE) -> str:
        """Return the DSN of a database of the running cluster, by its socket.

        Errors: exit code 3 when there is no cluster, or it does not run.
        """
        postmaster = self._running()
        return (
            f"postgresql://{SUPERUSER}@/{quote(database, safe='')}"
            f"?host={quote(postmaster.socket)}&port={postmaster.port}"
        )

    def client_environment(self, database: str = DATABASE) -> dict[str, str]:
        """Return the environment in which libpq's own programs reach the running cluster."""
        postmaster = self._running()
        overriding = {"PGHOSTADDR", "PGPASSWORD", "PGSERVICE", "PGSSLMODE"}
        return {
            **{key: value for key, value in os.environ.items() if key not in overriding},
            "PGHOST": postmaster.socket,
            "PGPORT": str(postmaster.port),
            "PGUSER": SUPERUSER,
            "PGDATABASE": database,
        }

    def exists(self) -> bool:
        """Return whether the cluster has been made."""
        return (self.data / "PG_VERSION").exists()

    def is_running(self) -> bool:
        """Return whether the server runs."""
        return self._postmaster() is not None

    def up(self, *, fsync: bool = True, report: Report = silent) -> bool:
        """Make the cluster if there is none, start it, and return whether it was started.

        fsync: False for a throwaway cluster, which is fast and does not survive a power cut.
        report: called with a line before each step that takes seconds.
        """
        self._claim()
        self.refuse_foreign_data()
        with self._locked(report):
            is_start = self._postmaster() is None
            if is_start:
                self._sweep()
                server = choose_server(self._major())
                if not self.exists():
                    report(f"Making a private PostgreSQL {server.major} cluster in {self.home} ...")
                    self._initialize(server, fsync)
                self._clear_remains()
                report(f"Starting PostgreSQL {server.major} ...")
                self._start(server, fsync)
            self._wait_until_ready()
            self._furnish()
        return is_start

    def down(self, report: Report = silent) -> bool:
        """Stop the server, disconnecting its clients, and return whether it was running."""
        if not self.marker.exists():
            return False
        with self._locked(report):
            return self._stop(report)

    def reset(self, *, fsync: bool = True, report: Report = silent) -> None:
        """Delete the cluster's data, and make and start a new cluster.

        Errors: exit code 1 when the folder holds data that are not marked as ours.
        """
        self.refuse_foreign_data()
        self._claim()
        with self._locked(report):
            self._stop(report)
            self._clear_remains()
            if self.data.exists():
                report(f"Deleting {self.data} ...")
                # Renamed first, so that no interruption leaves half a cluster under its name.
                self.data.rename(self.home / f"data.old-{secrets.token_hex(4)}")
            self._sweep()
        self.up(fsync=fsync, report=report)

    def recreate_database(self, *, fsync: bool = True, report: Report = silent) -> None:
        """Drop the database with all that is in it, whoever is connected, and make it anew.

        The server starts anew as well: pg_cron's scheduler was connected, has ended for good, and
        comes back in no other way.
        """
        from psycopg import sql

        from toolkit import db

        with db.connect(self.dsn(SUPERUSER)) as connection:
            drop = sql.SQL("drop database if exists {} with (force)")
            connection.execute(drop.format(sql.Identifier(DATABASE)))
        self.down(report)
        self.up(fsync=fsync, report=report)

    def status(self) -> dict[str, Any]:
        """Return what there is to know, ready for JSON; sizes are in bytes.

        Version, databases, extensions and preloaded libraries are known of a running server only;
        of a stopped one, version is the major version.
        """
        postmaster = self._postmaster()
        document: dict[str, Any] = {
            "running": postmaster is not None,
            "exists": self.exists(),
            "home": str(self.home),
            "data": str(self.data),
            "log": str(self.log),
            "version": str(self._major() or "") or None,
            "port": self._remembered_port(),
            "socket": None,
            "dsn": None,
            "password_file": str(self.password_file),
            "databases": [],
            "extensions": [],
            "preloaded": [],
        }
        if postmaster is None:
            return document
        from toolkit import db

        document |= {"port": postmaster.port, "socket": postmaster.socket, "dsn": self.dsn()}
        with db.connect(self.dsn(SUPERUSER)) as connection:
            document["version"] = db.scalar(
                connection, "select split_part(current_setting('server_version'), ' ', 1)"
            )
            document["preloaded"] = db.scalar(
                connection,
                "select string_to_array("
                "replace(current_setting('shared_preload_libraries'), ' ', ''), ',')",
            )
            document["databases"] = db.rows(
                connection,
                "select datname as name, pg_database_size(oid) as size_bytes"
                " from pg_database where not datistemplate order by datname",
            )
        if any(database["name"] == DATABASE for database in document["databases"]):
            with db.connect(self.dsn()) as connection:
                document["extensions"] = db.rows(
                    connection,
                    "select extname as name, extversion as version"
                    " from pg_extension order by extname",
                )
        return document

    def psql(self, arguments: Sequence[str]) -> NoReturn:
        """Replace this process by psql, connected to the cluster unless an argument says else."""
        variables = self.client_environment()
        program = self._client("psql")
        os.execve(program, [program, *arguments], variables)  # noqa: S606

    def refuse_foreign_data(self) -> None:
        """Raise a Failure when the data folder is there and does not carry our marker."""
        is_foreign = self.data.is_symlink() or not (self.data / MARKER).exists()
        if is_foreign and os.path.lexists(self.data):
            raise Failure(
                f"'{self.data}' is not a cluster of mdt's making",
                f"It has no file {MARKER}, so it is left alone.",
                "Move it away, or name another folder with MDT_HOME.",
            )

    # -- the folder ---------------------------------------------------------------------------

    def _claim(self) -> None:
        """Make the folder and mark it as ours, unless it is somebody else's."""
        try:
            for folder in reversed([self.home, *self.home.parents]):
                if not folder.exists():
                    with contextlib.suppress(FileExistsError):
                        folder.mkdir()
                        folder.chmod(0o755 if _is_root() else 0o700)
            strangers = {entry.name for entry in self.home.iterdir()} - {"lost+found"}
            if strangers and not self.marker.exists():
                raise Failure(
                    f"the folder '{self.home}' is in use for something else",
                    f"It holds '{min(strangers)}' and no file {MARKER}.",
                    "Name an empty or a new folder with MDT_HOME.",
                )
            # Never replaced, only made: a second file of this name would be a second lock.
            with contextlib.suppress(FileExistsError), self.marker.open("x") as file:
                file.write(MARKER_TEXT)
        except OSError as error:
            raise Failure(
                f"cannot use the folder '{self.home}': {error.strerror}",
                hint="Name a folder that you may write to with MDT_HOME.",
            ) from error
        if _is_root() and self._run(["test", "-x", str(self.home)]).returncode != 0:
            raise Failure(
                f"the user '{self._account().name}' cannot enter '{self.home}'",
                "A PostgreSQL server does not run as root, so others must be able to enter every"
                " folder above its data.",
                "Name another folder with MDT_HOME, such as /var/lib/mdt.",
            )

    @contextlib.contextmanager
    def _locked(self, report: Report) -> Iterator[None]:
        """Keep every other command off the folder; wait for one that is at work."""
        with self.marker.open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                report("Waiting for another 'mdt local' command to end ...")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, path: Path, text: str) -> None:
        """Write a small file at once and readable by its owner only, who is the folder's."""
        draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        if _is_root():
            owner = path.parent.stat()
            os.chown(draft, owner.st_uid, owner.st_gid)
        draft.rename(path)

    def _make_private(self, folder: Path) -> None:
        """Make a folder that only the server's user may enter, or raise when it is another's."""
        account = self._account()
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if _is_root():
                os.chown(folder, account.uid, account.gid)
        found = folder.lstat()
        is_private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if not is_private or found.st_uid != account.uid:
            raise Failure(
                f"'{folder}' is not a private folder of the user '{account.name}'",
                "The server's socket must be out of the reach of other users.",
                f"Remove it, or give it away: 'chown {account.name} {folder}' and"
                f" 'chmod 700 {folder}'.",
            )

    def _sweep(self) -> None:
        """Remove what interrupted runs of `up` and `reset` left half made or half deleted."""
        for pattern in ("data.partial-*", "data.old-*", ".p*-????????"):
            for remains in self.home.glob(pattern):
                if remains.is_dir():
                    # An initdb that outlived its killed parent may still be writing.
                    shutil.rmtree(remains, ignore_errors=True)
                else:
                    remains.unlink(missing_ok=True)

    def _account(self) -> Account:
        """Return the user of the server: the owner of the data, else somebody without power."""
        owners = [folder.stat() for folder in (self.data, self.log) if folder.exists()]
        if not _is_root():
            uid, gid = os.geteuid(), os.getegid()
        elif owners and owners[0].st_uid != 0:
            uid, gid = owners[0].st_uid, owners[0].st_gid
        else:
            for name in ("postgres", "nobody"):
                with contextlib.suppress(KeyError):
                    entry = pwd.getpwnam(name)
                    return Account(entry.pw_uid, entry.pw_gid, name)
            raise Failure(
                "there is no user to run the server as",
                "A PostgreSQL server does not run as root, and there is no user 'postgres'.",
                SET_UP,
            )
        try:
            return Account(uid, gid, pwd.getpwuid(uid).pw_name)
        except KeyError as error:
            raise Failure(
                f"the user id {uid} has no name",
                "PostgreSQL refuses to run for a user that is not in /etc/passwd.",
                "Add the user to /etc/passwd, or run as another one.",
            ) from error

    def _run(
        self, command: Sequence[str], stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's user, untouched by the caller's PG* settings."""
        account = self._account() if _is_root() else None
        return subprocess.run(
            command,
            input=stdin or "",
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=self.home,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077,
        )

    # -- what runs ----------------------------------------------------------------------------

    def _postmaster(self) -> Postmaster | None:
        """Return the running server, None when there is none or its pid file is stale."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
            return None
        if not self._serves(pid):
            return None
        port, directory, state = (
            lines[index].strip() if len(lines) > index else "" for index in (3, 4, 7)
        )
        return Postmaster(pid, int(port or 0), directory, state == "ready")

    def _running(self) -> Postmaster:
        postmaster = self._postmaster()
        if postmaster and postmaster.socket:
            return postmaster
        raise Failure(
            "the private cluster does not run" if self.exists() else "there is no private cluster",
            f"Its folder is '{self.home}'.",
            "Start it with 'mdt local up', or name a server with --dsn.",
            NO_CONNECTION,
        )

    def _serves(self, pid: int) -> bool:
        """Return whether a process is a server's that works in the data folder.

        A pid file alone proves nothing: after a crash its number may be another program's.
        """
        try:
            folder = str(Path(f"/proc/{pid}/cwd").readlink())
        except (FileNotFoundError, ProcessLookupError):
            return False
        except PermissionError:
            # Root in a container may lack the right to look at other users' processes.
            folder = self._run(["readlink", f"/proc/{pid}/cwd"]).stdout.rstrip("\n")
        return folder == os.path.realpath(self.data) and _is_server(pid)

    def _processes(self) -> list[int]:
        """Return all processes of a server that works in the data folder."""
        search = "find /proc -mindepth 2 -maxdepth 2 -name cwd -printf %h\\t%l\\n"
        found = self._run(search.split())
        places = (line.partition("\t") for line in found.stdout.splitlines())
        data = os.path.realpath(self.data)
        pids = [int(place[0].removeprefix("/proc/")) for place in places if place[2] == data]
        return [pid for pid in pids if _is_server(pid)]

    def _clear_remains(self) -> None:
        """Remove what a killed server left behind, once none of its processes is left.

        The server refuses to start when the number in its old pid file is in use again, by
        whatever program, so the file must go; but never under a living server process.
        """
        if not self.exists():
            return
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            if not _wait_for(lambda: not self._processes(), seconds=3):
                for pid in self._processes():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            if not _wait_for(lambda: not self._processes(), seconds=10):
                raise Failure(
                    "processes of a crashed server are still at work",
                    f"They could not be killed: {', '.join(map(str, self._processes()))}.",
                    "Wait until the system lets go of them, or restart it.",
                )
            pid_file.unlink(missing_ok=True)
        for remains in self._socket_folder(FIRST_PORT).glob(".s.PGSQL.*"):
            remains.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        def is_settled() -> bool:
            postmaster = self._postmaster()
            return postmaster is None or postmaster.is_ready

        if not _wait_for(is_settled, START_SECONDS):
            raise Failure(
                "the server is still recovering from a crash",
                f"See '{self.log}' for how far it is.",
                "Look again with 'mdt local status'.",
                NO_CONNECTION,
            )
        self._running()

    def _stop(self, report: Report) -> bool:
        postmaster = self._postmaster()
        if postmaster is None:
            return False
        report("Stopping PostgreSQL ...")
        with contextlib.suppress(ProcessLookupError):
            os.kill(postmaster.pid, signal.SIGINT)
        if not _wait_for(lambda: self._postmaster() is None, STOP_SECONDS):
            raise Failure(
                f"the server did not stop within {STOP_SECONDS:.0f} seconds",
                f"See '{self.log}' for what it is doing.",
                "Try again with 'mdt local down'.",
            )
        place = Path(postmaster.socket)
        if place.name.startswith("mdt-") and place.parent != self.home:
            with contextlib.suppress(OSError):
                place.rmdir()
        return True

    # -- making and starting it ---------------------------------------------------------------

    def _major(self) -> int | None:
        """Return the major version of the data, None when there are none."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, ValueError):
            return int((self.data / "PG_VERSION").read_text(encoding="utf-8"))
        return None

    def _initialize(self, server: Server, fsync: bool) -> None:
        """Make the data folder under another name, and rename it when it is complete."""
        partial = self.home / f"data.partial-{secrets.token_hex(4)}"
        self._make_private(partial)
        locales = self._run(["locale", "-a"]).stdout.lower().replace("-", "").split()
        options = [
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            f"--locale={'C.UTF-8' if 'c.utf8' in locales else 'C'}",
            "--data-checksums" if fsync else "--no-sync",
        ]
        made = self._run([server.program("initdb"), "-D", partial.name, *options])
        if made.returncode == 0:
            # Now, because pg_cron complains at every start until its database is there.
            made = self._run(
                [server.program("postgres"), "--single", "-D", partial.name, SUPERUSER],
                f"create database {DATABASE};\n",
            )
        if made.returncode != 0:
            shutil.rmtree(partial, ignore_errors=True)
            raise Failure(
                "the private cluster could not be made",
                _last_line(made.stderr or made.stdout),
                f"Mend that, or name another folder with MDT_HOME (now '{self.home}').",
            )
        self._write(
            partial / "pg_hba.conf",
            "# The socket's folder is open to its owner only.\n"
            "local all all trust\nlocal replication all trust\n"
            "host all all 127.0.0.1/32 scram-sha-256\n",
        )
        self._write(partial / MARKER, MARKER_TEXT)
        self.password_file.unlink(missing_ok=True)
        partial.rename(self.data)

    def _start(self, server: Server, fsync: bool) -> None:
        """Start the server on the remembered port, else on the first free one."""
        self._make_private(self.log)
        for port in self._ports():
            self._make_private(self._socket_folder(port))
            self._write(self.data / "postgresql.conf", self._configuration(server, port, fsync))
            sizes = {path: path.stat().st_size for path in self.log.iterdir()}
            # Names without a folder: pg_ctl puts them into a shell command, poorly quoted.
            options = ["-D", self.data.name, "-l", f"{self.log.name}/start.log"]
            options += ["--wait", f"--timeout={START_SECONDS:.0f}"]
            started = self._run([server.program("pg_ctl"), "start", *options])
            if started.returncode == 0 or self._postmaster():
                self._write(self._port_file, f"{port}\n")
                return
            complaint = self._last_words(sizes) or started.stderr
            if "could not create any TCP/IP sockets" not in complaint:
                break
        reasons = FATAL.findall(complaint)
        raise Failure(
            "the private cluster did not start",
            _last_line("\n".join(reasons) or complaint),
            f"See the newest file in '{self.log}'.",
        )

    def _ports(self) -> Iterator[int]:
        """Yield the ports of 127.0.0.1 that nobody listens on, the remembered one first."""
        remembered = self._remembered_port()
        candidates = [remembered] if remembered else []
        for port in [*candidates, *range(FIRST_PORT, FIRST_PORT + PORTS)]:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                with contextlib.suppress(OSError):
                    probe.bind(("127.0.0.1", port))
                    probe.close()
                    yield port
        raise Failure(
            "no port is free for the private cluster",
            f"Ports {FIRST_PORT} to {FIRST_PORT + PORTS - 1} of 127.0.0.1 are all in use.",
            "Stop one of the programs that use them.",
        )

    def _remembered_port(self) -> int | None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, ValueError):
            port = int(self._port_file.read_text(encoding="utf-8"))
            return port if 1024 <= port <= 65535 else None
        return None

    def _socket_folder(self, port: int) -> Path:
        """Return the folder of the socket: ours, unless libpq could not read its path."""
        uid = self._account().uid
        name = f"mdt-{uid}-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"
        for folder in (self.home / "run", Path(tempfile.gettempdir(), name)):
            length = len(os.fsencode(folder / f".s.PGSQL.{port}"))
            if length <= SOCKET_PATH_LIMIT and not re.search(r'[,"\x00-\x1f]', str(folder)):
                return folder
        return Path("/tmp", name)  # noqa: S108 - made with mode 0700, and its owner is checked

    def _configuration(self, server: Server, port: int, fsync: bool) -> str:
        """Return postgresql.conf."""
        account = self._account()
        memory_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
        settings: dict[str, str | int] = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": str(self._socket_folder(port)),
            "unix_socket_permissions": "0700",
            "password_encryption": "scram-sha-256",
            "cluster_name": "mdt",
            "shared_preload_libraries": ",".join(server.preloaded()),
            "max_connections": 100,
            "max_worker_processes": 24,
            "shared_buffers": f"{min(max(memory_mb // 16, 64), 512)}MB",
            "effective_cache_size": f"{max(memory_mb // 2, 256)}MB",
            "maintenance_work_mem": f"{min(max(memory_mb // 32, 64), 256)}MB",
            "work_mem": "16MB",
            "dynamic_shared_memory_type": _shared_memory_type(account.uid),
            "max_wal_size": "2GB",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "datestyle": "iso, ymd",
            "lc_messages": "C",
            "default_text_search_config": "pg_catalog.english",
            "track_io_timing": "on",
            "logging_collector": "on",
            "log_directory": "../log",
            "log_filename": "server-%a.log",
            "log_rotation_age": "1d",
            "log_rotation_size": 0,
            "log_truncate_on_rotation": "on",
            "log_line_prefix": "%m [%p] %q%u@%d/%a ",
            "log_checkpoints": "off",
            "log_lock_waits": "on",
        }
        if "pg_cron" in server.extensions:
            settings |= {
                "cron.database_name": DATABASE,
                "cron.use_background_workers": "on",
                "cron.host": str(self._socket_folder(port)),
                "cron.max_running_jobs": 8,
                "cron.log_statement": "off",
            }
        if not fsync:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "wal_level": "minimal",
                "max_wal_senders": 0,
                "checkpoint_timeout": "1h",
                "max_wal_size": "4GB",
            }
        lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
        heading = (
            "# Written by 'mdt local up' at each start.\n"
            "# For settings of your own use 'alter system set ...'; they win and they stay.\n"
        )
        return heading + "\n".join(lines) + "\n"

    def _last_words(self, sizes: dict[Path, int]) -> str:
        """Return what the server wrote to its log files before it ended, beyond given sizes.

        The process that writes them may be a moment behind.
        """
        _wait_for(lambda: bool(FATAL.search(self._logged_since(sizes))), LOG_SECONDS)
        return self._logged_since(sizes)

    def _logged_since(self, sizes: dict[Path, int]) -> str:
        """Return what the server wrote to its log files beyond the given sizes."""
        text = ""
        for path in self.log.iterdir():
            with path.open("rb") as file:
                start = sizes.get(path, 0)
                file.seek(start if start <= path.stat().st_size else 0)
                text += file.read().decode("utf-8", "replace")
        return text

    def _furnish(self) -> None:
        """Add the database, its extensions and the password, where they are missing."""
        from psycopg import sql

        from toolkit import db

        with db.connect(self.dsn(SUPERUSER)) as connection:
            found = db.scalar(connection, "select 1 from pg_database where datname = %s", DATABASE)
            if found is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
            if not self.password_file.exists():
                password = secrets.token_urlsafe(24)
                # Hashed here, so that no log and no statistics view ever show it.
                verifier = connection.pgconn.encrypt_password(
                    password.encode(), SUPERUSER.encode(), b"scram-sha-256"
                )
                connection.execute(
                    sql.SQL("alter role {} password {}").format(
                        sql.Identifier(SUPERUSER), sql.Literal(verifier.decode())
                    )
                )
                self._write(self.password_file, f"{password}\n")
        with db.connect(self.dsn()) as connection:
            preloaded = db.scalar(connection, "show shared_preload_libraries")
            for name in PRELOADED:
                if name in preloaded.replace(" ", "").split(","):
                    connection.execute(
                        sql.SQL("create extension if not exists {}").format(sql.Identifier(name))
                    )

    def _client(self, name: str) -> str:
        """Return the path of a client program, of the cluster's own version where possible."""
        for server in find_servers():
            if server.major == self._major() and (server.programs / name).exists():
                return server.program(name)
        program = shutil.which(name)
        if program is None:
            raise Failure(f"the program '{name}' is not installed", hint=SET_UP)
        return program


def _is_root() -> bool:
    return os.geteuid() == 0


def _is_server(pid: int) -> bool:
    """Return whether a process is PostgreSQL's, and not somebody's shell in the same folder."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/comm").read_bytes().strip() == b"postgres"
    return False


def _shared_memory_type(uid: int) -> str:
    """Return where parallel queries share memory: /dev/shm where it is open, large and lasting.

    Containers give it 64 MB, and systemd empties it when a person logs out (RemoveIPC).
    """
    folder = Path("/dev/shm")  # noqa: S108 - looked at, not written to
    try:
        is_open = bool(folder.stat().st_mode & stat.S_IWOTH)
        room = os.statvfs(folder)
    except OSError:
        return "mmap"
    is_large = room.f_blocks * room.f_frsize >= 256 << 20
    return "posix" if is_open and is_large and uid < 1000 else "mmap"


def _quoted(value: str | int) -> str:
    """Return a value as postgresql.conf spells it."""
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") + "." if lines else ""


def _wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether the condition comes true within the time, looking often."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True
