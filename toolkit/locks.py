"""How long a statement may wait for a lock, and how often a transaction is tried again."""

import random
import time
from collections.abc import Callable

import psycopg

# A statement that waits for a lock makes all later ones wait behind it, so it gives up early.
LOCK_TIMEOUT = "3s"
# Shorter than the server's deadlock_timeout: where an application's transaction and a step of ours
# wait for each other, it is the step that gives up, and comes again.
STEP_TIMEOUT = "500ms"
RETRIED = {"55P03", "40P01"}  # lock not available, deadlock
TRIES = 8


def retry(work: Callable[[], None], say: Callable[[str], None], tries: int = TRIES) -> None:
    """Run a transaction, and run it again when a lock could not be had, a bounded number of times.

    work: begins and ends its own transaction, with lock_timeout set. say: told of each new try.
    """
    for number in range(1, tries + 1):
        try:
            work()
        except psycopg.Error as error:
            if error.sqlstate not in RETRIED or number == tries:
                raise
            pause = min(5.0, 0.2 * 2**number) * random.uniform(0.5, 1.5)  # noqa: S311
            say(f"a lock is held by somebody else; try {number + 1} of {tries} in {pause:.1f} s.")
            time.sleep(pause)
        else:
            return
