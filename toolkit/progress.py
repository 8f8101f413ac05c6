"""Progress of long operations: a living line on a terminal, a plain one every few seconds else."""

import sys
import time
from types import TracebackType
from typing import Self

from toolkit.context import App

EVERY_SECONDS = 3.0


class Progress:
    """Say how many rows are done, how fast, and how long the rest will take.

    total: rows expected, 0 when nobody knows. Nothing is printed with --quiet.
    """

    def __init__(self, app: App, title: str, total: int = 0) -> None:
        self.app = app
        self.title = title
        self.total = total
        self.done = 0
        self.started = self.last = time.monotonic()
        self.living = sys.stderr.isatty() and app.verbosity >= 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.living:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def advance(self, rows: int) -> None:
        """Count more rows as done, and say so when it is time."""
        self.done += rows
        now = time.monotonic()
        if now - self.last < (0.2 if self.living else EVERY_SECONDS):
            return
        self.last = now
        if self.living:
            sys.stderr.write(f"\r\x1b[K{self.line(now)}")
            sys.stderr.flush()
        else:
            self.app.remark(self.line(now))

    def line(self, now: float) -> str:
        """Return the state in one line."""
        rate = self.done / max(now - self.started, 1e-9)
        text = f"{self.title}: {self.done}"
        if self.total > self.done:
            left = (self.total - self.done) / max(rate, 1e-9)
            return f"{text} of about {self.total} rows, {rate:.0f} a second, {left:.0f} s left"
        return f"{text} rows, {rate:.0f} a second"
