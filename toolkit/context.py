"""What the options in front of the command say, carried by click to every command."""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click


@dataclass
class App:
    """The options of one call.

    dsn: as given by --dsn or MDT_DSN, None for the private local cluster.
    project: the user's project folder. verbosity: -1 quiet, 0 normal, 1 and more verbose.
    """

    dsn: str | None = None
    project: Path = field(default_factory=Path.cwd)
    json: bool = False
    verbosity: int = 0

    def say(self, text: str = "") -> None:
        """Write a result line to stdout; with --json results go through `emit` alone."""
        if not self.json:
            click.echo(text)

    def remark(self, text: str) -> None:
        """Write a remark or progress line to stderr, unless --quiet."""
        if self.verbosity >= 0:
            click.echo(text, err=True)

    def detail(self, text: str) -> None:
        """Write a line to stderr that only --verbose asks for."""
        if self.verbosity > 0:
            click.echo(text, err=True)

    def emit(self, document: Any) -> None:
        """Write the one JSON document of a --json call to stdout."""
        if self.json:
            json.dump(document, sys.stdout, indent=2, default=str, ensure_ascii=False)
            sys.stdout.write("\n")
            sys.stdout.flush()


pass_app = click.make_pass_decorator(App, ensure=True)


def environment(name: str, default: str = "") -> str:
    """Return the environment variable MDT_<name>, else the default."""
    return os.environ.get(f"MDT_{name}", default)
