"""One proof of the SQL files: linted, built, verified, taken back, compared and built again.

Every step is a command as a user would call it, in a process of its own, on a database that is
made for the run and dropped after it.
"""

import contextlib
import difflib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from toolkit import db
from toolkit.errors import FAILED, NO_CONNECTION, Failure
from toolkit.scratch import scratch
from toolkit.servers import find_servers

PREFIX = "mdt_ci_"
SHOWN = 40  # lines of a difference


@dataclass
class Step:
    """One step and how it ended. state: passed, failed or skipped; findings: those of lint."""

    name: str
    title: str
    state: str = "skipped"
    seconds: float = 0.0
    message: str = ""
    detail: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as a line of --json, without what is empty."""
        known = {
            "step": self.name,
            "state": self.state,
            "seconds": round(self.seconds, 3),
            "message": self.message,
            "detail": self.detail,
            "findings": self.findings,
        }
        return {key: value for key, value in known.items() if value not in ("", [])}


STEPS = {
    "lint": "the files are well and safely written",
    "create": "a fresh database can be made",
    "apply": "everything applies to it",
    "verify": "the database is what the files say",
    "rollback": "everything can be taken back",
    "compare": "nothing is left of it",
    "apply again": "everything applies once more",
    "verify again": "the database is what the files say",
    "compare again": "both times it is the same",
    "drop": "the database is gone",
}


class Proof:
    """Runs the steps, one after the other; what follows a failed step is skipped.

    options: of mdt, in front of every command. dsn: any database of the server. paths: what is
    linted. told: called with each step when it begins and when it has ended. say: receives
    remarks, such as of the database that a killed run left, which this one drops.
    """

    def __init__(
        self,
        options: list[str],
        dsn: str,
        paths: list[Path],
        told: Callable[[Step], None],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.options = options
        self.dsn = dsn
        self.paths = paths
        self.told = told
        self.say = say
        self.fresh_dsn = ""
        self.catalogs: dict[str, list[str]] = {}
        self.exit_code = 0
        self._database = contextlib.ExitStack()

    def run(self, skip: tuple[str, ...] = ()) -> list[Step]:
        """Run all steps but those to skip; return them. The database is dropped in any case."""
        actions: dict[str, Callable[[Step], object]] = {
            "lint": self._lint,
            "create": self._create,
            "apply": lambda _: self._apply("first"),
            "verify": lambda _: self._mdt("verify"),
            "rollback": lambda _: self._roll_back(),
            "compare": lambda _: self._compare("empty", "emptied"),
            "apply again": lambda _: self._apply("second"),
            "verify again": lambda _: self._mdt("verify"),
            "compare again": lambda _: self._compare("first", "second"),
        }
        steps = {name: Step(name, title) for name, title in STEPS.items()}
        try:
            for name, action in actions.items():
                if name in skip or self.exit_code:
                    continue
                self._take(steps[name], action)
        finally:
            if self.fresh_dsn:
                self._take(steps["drop"], lambda _: self._database.close())
            self._database.close()
        return list(steps.values())

    def _take(self, step: Step, action: Callable[[Step], object]) -> None:
        step.state = "running"
        self.told(step)
        started = time.monotonic()
        try:
            action(step)
            step.state = "passed"
        except (Failure, psycopg.Error) as error:
            failure = error if isinstance(error, Failure) else db.translate(error)
            if failure is None:
                raise
            step.state, step.message = "failed", failure.message
            step.detail = "\n".join(part for part in (failure.detail, failure.hint) if part)
            self.exit_code = self.exit_code or failure.exit_code
        except BaseException:
            step.state, step.message = "failed", "interrupted"
            raise
        finally:
            step.seconds = time.monotonic() - started
            self.told(step)

    # -- the steps ----------------------------------------------------------------------------

    def _lint(self, step: Step) -> None:
        answer = self._mdt("lint", *map(str, self.paths), expected=(0, FAILED))
        step.findings = answer.get("complaints", [])
        if step.findings:
            lines = [
                f"{one['path']}:{one['line']}: {one['message']} [{one['rule']}]"
                for one in step.findings
            ]
            raise Failure(f"{len(lines)} complaints", "\n".join(lines[:SHOWN]))

    def _create(self, step: Step) -> None:
        del step
        server = self._database.enter_context(db.connect(self.dsn, application="mdt ci"))
        fresh = self._database.enter_context(scratch(server, self.say, empty=True, prefix=PREFIX))
        self.fresh_dsn = psycopg.conninfo.make_conninfo(self.dsn, dbname=fresh.info.dbname)
        self.catalogs["empty"] = catalog(self.fresh_dsn)

    def _apply(self, name: str) -> None:
        self._mdt("apply")
        self.catalogs[name] = catalog(self.fresh_dsn)

    def _roll_back(self) -> None:
        self._mdt("rollback", "--all", "--backup-confirmed")
        drop_extensions(self.fresh_dsn)
        self.catalogs["emptied"] = catalog(self.fresh_dsn)

    def _compare(self, old: str, new: str) -> None:
        one, other = self.catalogs[old], self.catalogs[new]
        found = list(difflib.unified_diff(one, other, old, new, n=1, lineterm=""))
        if found:
            more = f"\n... and {len(found) - SHOWN} lines more" if len(found) > SHOWN else ""
            raise Failure(f"the catalogs differ: {old} and {new}", "\n".join(found[:SHOWN]) + more)

    def _mdt(self, *words: str, expected: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Run a command on the fresh database; return its document. Errors: its own Failure."""
        variables = {**os.environ, "MDT_DSN": self.fresh_dsn}
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", *self.options, "--json", "--quiet", *words],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            answer: dict[str, Any] = json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise Failure(
                f"mdt {words[0]} ended with {done.returncode}", done.stderr.strip()[-2000:]
            ) from error
        if done.returncode not in expected or "error" in answer:
            problems = answer.get("problems", [])
            raise Failure(
                answer.get("error") or f"{len(problems)} problems",
                answer.get("detail") or "\n".join(map(str, problems[:SHOWN])),
                answer.get("hint", ""),
                done.returncode if done.returncode == NO_CONNECTION else FAILED,
            )
        return answer


def drop_extensions(dsn: str) -> None:
    """Drop the extensions of a database that is to be empty, with the schemas made for them.

    A rollback leaves them, since others may use them; a new database has plpgsql alone.
    """
    with db.connect(dsn, application="mdt ci") as connection:
        found = connection.execute(
            "select extension.extname, namespace.nspname from pg_catalog.pg_extension as extension "
            "inner join pg_catalog.pg_namespace as namespace "
            "on extension.extnamespace = namespace.oid where extension.extname <> 'plpgsql'"
        ).fetchall()
        for name, _ in found:
            connection.execute(sql.SQL("drop extension {}").format(sql.Identifier(name)))
        for schema in {schema for _, schema in found} - {"public", "pg_catalog"}:
            connection.execute(sql.SQL("drop schema if exists {}").format(sql.Identifier(schema)))


def catalog(dsn: str) -> list[str]:
    """Return the lines that define everything in a database, in an order of their own.

    Errors: Failure when there is no pg_dump that can read the server.
    """
    with db.connect(dsn, application="mdt ci") as connection:
        major = connection.info.server_version // 10000
    programs = [server for server in find_servers() if server.major >= major]
    program = programs[-1].program("pg_dump") if programs else "pg_dump"
    try:
        done = subprocess.run(
            [program, "--schema-only", "--no-password", "--dbname", dsn],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise Failure(
            "pg_dump is not installed", hint=f"Install postgresql-client-{major}."
        ) from error
    if done.returncode:
        raise Failure("pg_dump cannot read the database", done.stderr.strip())
    # Newer versions of pg_dump write a random word with these.
    random_word = re.compile(r"\\(un)?restrict ")
    return [line for line in done.stdout.splitlines() if not random_word.match(line)]


@contextlib.contextmanager
def server_dsn(dsn: str | None) -> Iterator[str]:
    """Yield the DSN of a server to build on: the one given, else the private cluster, started."""
    if dsn:
        yield dsn
        return
    from toolkit.local import Cluster

    cluster = Cluster()
    was_up = cluster.status().get("running", False)
    cluster.up()
    try:
        yield cluster.dsn()
    finally:
        if not was_up:
            cluster.down()
