"""The PostgreSQL servers that are installed, and which of them can run the toolkit."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from toolkit.context import environment
from toolkit.errors import Failure

OLDEST_MAJOR, NEWEST_MAJOR = 15, 18
PRELOADED = ("pg_stat_statements", "pg_cron")
SET_UP = "Install what is missing with './setup.sh'."


@dataclass(frozen=True)
class Server:
    """An installed PostgreSQL server: its programs, and the extensions that it can load."""

    programs: Path
    major: int
    extensions: frozenset[str]

    def program(self, name: str) -> str:
        """Return the full path of one of the server's programs."""
        return str(self.programs / name)

    def preloaded(self) -> list[str]:
        """Return the libraries to load at start, those of PRELOADED that are installed."""
        return [name for name in PRELOADED if name in self.extensions]


def find_servers() -> list[Server]:
    """Return the installed PostgreSQL servers of any version, newest first.

    Where MDT_PG_BIN names a folder of server programs, only that one is looked at.
    """
    chosen = environment("PG_BIN")
    if chosen:
        folders = [Path(chosen)]
    else:
        folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
        if shutil.which("pg_config"):
            folders.append(Path(_output(["pg_config", "--bindir"])))
    servers = {}
    for folder in folders:
        if not all((folder / name).exists() for name in ("postgres", "initdb", "pg_ctl")):
            continue
        version = re.search(r"\d+", _output([str(folder / "postgres"), "--version"]))
        if version:
            major = int(version.group())
            extensions = frozenset(_extensions(folder, major))
            servers[folder.resolve()] = Server(folder, major, extensions)
    return sorted(servers.values(), key=lambda server: server.major, reverse=True)


def choose_server(major: int | None = None) -> Server:
    """Return the newest server that can run the toolkit; major: the version that it must have."""
    servers = find_servers()
    for server in servers:
        is_wanted = server.major == major or (
            major is None and OLDEST_MAJOR <= server.major <= NEWEST_MAJOR
        )
        if is_wanted and "pg_partman" in server.extensions:
            return server
    found = ", ".join(
        f"{server.major}" + ("" if "pg_partman" in server.extensions else " without pg_partman")
        for server in servers
    )
    detail = f"Found: PostgreSQL {found}." if found else "No PostgreSQL server is installed."
    if major is not None:
        raise Failure(
            f"the private cluster needs PostgreSQL {major} with pg_partman",
            f"Its data were written by that version. {detail}",
            f"Install postgresql-{major} and postgresql-{major}-partman, or delete the data and"
            " begin anew with 'mdt local reset'.",
        )
    raise Failure(
        f"no PostgreSQL {OLDEST_MAJOR} to {NEWEST_MAJOR} with pg_partman is installed",
        detail,
        SET_UP,
    )


class Program(NamedTuple):
    """A client program and its version."""

    path: str
    version: str


def client_program(name: str, major: int) -> Program:
    """Return a client program, pg_dump or psql, that knows servers of a major version.

    Of several the oldest that does. Where MDT_PG_BIN names a folder, only that one is looked at.
    Errors: Failure when there is none as new as the server.
    """
    chosen = environment("PG_BIN")
    if chosen:
        folders = [Path(chosen)]
    else:
        folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
        folders += [Path(path).parent for path in [shutil.which(name)] if path]
    found = []
    for path in sorted({str(folder / name) for folder in folders}):
        version = re.search(r"\d+(\.\d+)?", _output([path, "--version"]))
        found += [Program(path, version.group())] if version else []
    able = [program for program in found if int(program.version.split(".")[0]) >= major]
    if not able:
        versions = ", ".join(program.version for program in found) or "none"
        raise Failure(
            f"there is no {name} of PostgreSQL {major} or later",
            f"Found: {versions}. An older {name} cannot read a newer server.",
            f"Install postgresql-client-{major}, or name its folder with MDT_PG_BIN.",
        )
    return min(able, key=lambda program: float(program.version))


def _extensions(programs: Path, major: int) -> Iterator[str]:
    """Yield the extensions whose control file is there, and whose library is, if it needs one."""
    shares = [Path(f"/usr/share/postgresql/{major}"), programs.parent / "share"]
    libraries = [programs.parent / "lib"]
    if (programs / "pg_config").exists():
        shares.insert(0, Path(_output([str(programs / "pg_config"), "--sharedir"])))
        libraries.insert(0, Path(_output([str(programs / "pg_config"), "--pkglibdir"])))
    for name in ("pg_partman", *PRELOADED):
        has_control = any((share / "extension" / f"{name}.control").exists() for share in shares)
        has_library = any((library / f"{name}.so").exists() for library in libraries)
        if has_control and (has_library or name not in PRELOADED):
            yield name


def _output(command: Sequence[str]) -> str:
    """Return what a program prints, nothing when it fails."""
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return found.stdout.strip()
