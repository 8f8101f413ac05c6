"""The one place that decides how long to wait for locks, and how often to try again.

A statement that waits for a lock makes all later ones wait behind it, so each try is short, and
the pauses between tries, in which nobody waits, are what grows.
"""

import contextlib
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any, Self

import psycopg

from toolkit import blockers, db
from toolkit.blockers import Watch, seconds
from toolkit.db import Connection
from toolkit.errors import MISUSED, Failure

LOCK_CLASS = 0x6D6474  # "mdt", the first key of the advisory lock
RETRIED = {"55P03", "40P01"}  # lock not available, deadlock
UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """How long and how often, in seconds; [locks] of mdt.toml sets them.

    lock_timeout: of the first try, the second ...; the last one is that of all further tries.
    pause: the same for the pauses after them. max_wait: for all waiting of a run together.
    statement_timeout: 0 leaves it as the role has it.
    """

    # All below the server's deadlock_timeout of 1 s: where an application's transaction and one of
    # ours wait for each other, it is ours that gives up, and never the application's.
    lock_timeout: tuple[float, ...] = (0.1, 0.1, 0.3, 0.5, 0.9)
    pause: tuple[float, ...] = (0.2, 0.5, 1, 2, 5, 10, 30, 60)
    tries: int = 30
    max_wait: float = 600
    statement_timeout: float = 0

    @classmethod
    def read(cls, settings: dict[str, Any]) -> Self:
        """Return the limits that the settings of a project ask for.

        Errors: exit code 2 for a setting that does not exist, and for a value that makes no sense.
        """
        given = settings.get("locks", {})
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(given) - set(known)) if isinstance(given, dict) else ["locks"]
        if unknown:
            raise Failure(
                f"mdt.toml has a setting for locks that does not exist: {', '.join(unknown)}",
                f"Under [locks] there may be {', '.join(known)}.",
                exit_code=MISUSED,
            )
        found: dict[str, Any] = {}
        for key, value in given.items():
            place = f"{key} under [locks] in mdt.toml"
            if key == "tries":
                if type(value) is not int or value < 1:
                    raise _senseless(place, value, "a whole number, 1 or more")
                found[key] = value
            elif key in ("lock_timeout", "pause"):
                values = value if isinstance(value, list) and value else [value]
                found[key] = tuple(duration(item, place) for item in values)
            else:
                found[key] = duration(value, place)
        if 0 in found.get("lock_timeout", ()):
            raise _senseless("lock_timeout under [locks] in mdt.toml", 0, "a time above 0")
        return cls(**found)


# A step of a move: the application's own triggers are in play, so it is quick to step aside.
STEP = Limits(lock_timeout=(0.5,), pause=(0.4, 0.8, 1.6, 3.2, 5), tries=8)
# A batch is tried for some minutes: the application may keep its rows locked for long.
BATCH = Limits(lock_timeout=(0.5,), pause=(0.4, 0.8, 1.6, 3.2, 5), tries=60)


class Blocked(Failure):
    """A lock could not be had in all the tries that were allowed; nothing of them was kept."""


def duration(value: object, place: str) -> float:
    """Return a duration in seconds: a number of them, or a text as "500ms", "3s" or "20min".

    Errors: exit code 2, naming the place, for anything else.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h)?\s*", str(value))
    if match is None or isinstance(value, bool):
        raise _senseless(place, value, 'a time such as "500ms", "3s" or "20min"')
    return float(match.group(1)) * UNITS[match.group(2) or "s"]


def _senseless(place: str, value: object, wanted: str) -> Failure:
    return Failure(
        f'{place}: "{value}" makes no sense', f"It has to be {wanted}.", exit_code=MISUSED
    )


class Locks:
    """What one run may wait: for the lock of the installation, and for those of tables.

    say: told who is waited for, and of each new try.
    """

    def __init__(
        self, connection: Connection, limits: Limits = Limits(), say: Say = lambda _: None
    ) -> None:
        self.connection = connection
        self.limits = limits
        self.say = say
        self.max_wait = limits.max_wait
        self.waited = 0.0
        self._watch: Watch | None = None  # of a run; kept, so that it need not connect each time

    def transaction(
        self,
        work: Callable[[], object],
        begin: Callable[[], AbstractContextManager[object]] | None = None,
        statement_timeout: float | None = None,
    ) -> None:
        """Run work in a transaction, and all of it again when a lock could not be had.

        begin: opens the transaction, by default the connection's. statement_timeout: seconds, in
        place of the run's. Errors: Blocked, naming who was in the way.
        """

        def attempt(lock_timeout: float) -> None:
            with (begin or self.connection.transaction)():
                self._limit(lock_timeout, statement_timeout, is_local=True)
                work()

        self._retry(attempt)

    def alone(
        self,
        work: Callable[[], object],
        statement_timeout: float | None = None,
        is_patient: bool = False,
    ) -> None:
        """Run statements that cannot stand in a transaction; again when a lock could not be had.

        is_patient: nobody waits behind them, so they may wait as long as the run.
        """

        def attempt(lock_timeout: float) -> None:
            wait = max(lock_timeout, self._left()) if is_patient else lock_timeout
            try:
                self._limit(wait, statement_timeout, is_local=False)
                work()
            finally:
                if db.is_idle(self.connection):
                    self.connection.execute("reset lock_timeout")
                    self.connection.execute("reset statement_timeout")

        self._retry(attempt)

    def _limit(self, lock: float, statement: float | None, *, is_local: bool) -> None:
        limit = self.limits.statement_timeout or None if statement is None else statement
        self.connection.execute(
            "select set_config('lock_timeout', %s, %s), "
            "set_config('statement_timeout', "
            "coalesce(%s, current_setting('statement_timeout')), %s)",
            [
                _milliseconds(max(lock, 0.001)),  # 0 would be no limit at all
                is_local,
                None if limit is None else _milliseconds(limit),
                is_local,
            ],
        )

    def _left(self) -> float:
        return self.max_wait - self.waited

    def _retry(self, attempt: Callable[[float], None]) -> None:
        with self._watching() as watch:
            watch.seen = None
            for number in range(self.limits.tries):
                lock_timeout = _at(self.limits.lock_timeout, number)
                if number:
                    lock_timeout = min(lock_timeout, self._left())
                began = time.monotonic()
                try:
                    with watch.watching(min(blockers.FIRST_LOOK, lock_timeout / 2)):
                        attempt(lock_timeout)
                    return
                except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
                    self.waited += time.monotonic() - began
                    self._pause(error, number, watch)

    @contextlib.contextmanager
    def _watching(self) -> Iterator[Watch]:
        """Yield the run's watch, and outside of a run one for this time."""
        if self._watch:
            yield self._watch
        else:
            with Watch(self.connection, self.say) as watch:
                yield watch

    def _pause(self, error: psycopg.Error, number: int, watch: Watch) -> None:
        """Wait before the next try. Errors: Blocked when there is to be none."""
        pause = _at(self.limits.pause, number) * random.uniform(0.5, 1.5)  # noqa: S311
        if number + 1 == self.limits.tries or pause > self._left():
            raise self._blocked(error, number + 1, watch.seen) from error
        self.say(
            f"a lock is held by {watch.seen or self._somebody()}; "
            f"try {number + 2} of {self.limits.tries} in {seconds(pause)}"
        )
        time.sleep(pause)
        self.waited += pause

    def _somebody(self) -> str:
        """Say that nobody was seen, and who is most likely in the way."""
        oldest = blockers.find(self.connection, "oldest_transaction")
        return "somebody else" + (
            f" (the oldest transaction is that of {oldest})" if oldest else ""
        )

    def _blocked(
        self, error: psycopg.Error, tries: int, holder: blockers.Session | None
    ) -> Blocked:
        if holder:
            who, ending = f"It is held by {holder}.", f"End it with '{holder.ending}', or let"
        else:
            who = " ".join((error.diag.message_detail or "").split())
            who, ending = who or f"It is held by {self._somebody()}.", "Let"
        notes = " ".join(getattr(error, "__notes__", []))
        count = "1 try" if tries == 1 else f"{tries} tries"
        return Blocked(
            f"a lock could not be had in {count} ({error.sqlstate})",
            f"{notes} {who} Nothing of what waited for it was kept.".strip(),
            f"{ending} it finish; then run the same command again.",
        )

    @contextlib.contextmanager
    def run(self, name: str) -> Iterator[None]:
        """Hold the lock of the installation of a name; wait for it, saying who has it.

        A session-level advisory lock: it dies with the connection, however that ends.
        Polled, because a waiting lock request would stop CREATE INDEX CONCURRENTLY.
        """
        self._stay_connected()
        query = "select pg_try_advisory_lock(%s, hashtext(%s))"
        began, told = time.monotonic(), ""
        while not db.scalar(self.connection, query, LOCK_CLASS, name):
            holder = run_holder(self.connection, name)
            waited = time.monotonic() - began
            if waited > self._left():
                raise self._occupied(holder, waited)
            # Of what changes, only another holder is worth another line.
            who = f"process {holder.pid}" if holder else "a run that is just ending"
            if who != told:
                self.say(f"waiting for {holder or who}")
                told = who
            time.sleep(min(0.1 + waited / 20, 1) * random.uniform(0.5, 1.5))  # noqa: S311
        self.waited += time.monotonic() - began
        try:
            with Watch(self.connection, self.say) as self._watch:
                yield
        finally:
            self._watch = None
            if db.is_idle(self.connection):
                self.connection.execute(
                    "select pg_advisory_unlock(%s, hashtext(%s))", [LOCK_CLASS, name]
                )
            else:  # interrupted in mid-statement: the lock goes with the session
                self.connection.close()

    def _occupied(self, holder: blockers.Session | None, waited: float) -> Blocked:
        end = f" End a run that hangs with '{holder.ending}'." if holder else ""
        return Blocked(
            "another run holds the migration lock",
            f"Held by {holder or 'a run that is just ending'}. Waited {seconds(waited)}.",
            f"Run the command again when it is done, or wait longer with --max-wait.{end}",
        )

    def _stay_connected(self) -> None:
        """Let the server notice a dead client soon, and keep a client that only pauses.

        The lock is as old as the session, which must end with the client, and not before.
        """
        for setting in (
            "client_connection_check_interval = '2s'",  # not every operating system can
            "tcp_keepalives_idle = 30",
            "tcp_keepalives_interval = 10",
            "tcp_keepalives_count = 3",
            "idle_session_timeout = 0",
        ):
            with contextlib.suppress(
                psycopg.errors.DataException, psycopg.errors.NotSupportedError
            ):
                self.connection.execute(f"set {setting}")


def run_holder(connection: Connection, name: str) -> blockers.Session | None:
    """Return the session that holds the run lock of a name, None when nobody does."""
    return blockers.find(connection, "run_lock_holder", **{"class": LOCK_CLASS, "name": name})


def _at(schedule: tuple[float, ...], number: int) -> float:
    return schedule[min(number, len(schedule) - 1)]


def _milliseconds(value: float) -> str:
    return f"{round(value * 1000)}ms"
