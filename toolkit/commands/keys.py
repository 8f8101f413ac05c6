"""keys: the keys that secrets are encrypted with, and secrets encrypted with them."""

import sys

import click

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import FAILED, MISUSED, Failure
from toolkit.installed import Installed
from toolkit.keys import BATCH_ROWS, VARIABLE, Keyring, new_key, rotate, states
from toolkit.progress import Progress


@click.group()
def keys() -> None:
    """Rotate the keys of encrypted values, which MDT_ENCRYPTION_KEYS holds, the newest first."""


@keys.command()
@click.pass_obj
def new(app: App) -> None:
    """Print a new key; nothing keeps it."""
    key = new_key()
    app.emit({"key": key})
    app.say(key)
    app.remark(f"Put it first into {VARIABLE}, before the keys that are there.")


@keys.command()
@db.pass_connection
def status(app: App, connection: Connection) -> None:
    """Show which keys encrypt how many rows.

    Exit code 1 when a key is needed that the environment does not have.
    """
    found = states(Installed.find(app, connection), Keyring.of_environment())
    app.emit({"keys": found})
    for row in found:
        what = "in the environment" if row["is_in_environment"] else "MISSING"
        if not row["is_in_environment"] and not row["rows"]:
            what = "not needed"
        what = "encrypts" if row["is_primary"] else what
        app.say(f"{row['key_id']}  {row['rows']:>8} rows  {what}")
    if any(row["rows"] and not row["is_in_environment"] for row in found):
        raise SystemExit(FAILED)


@keys.command("rotate")
@click.option(
    "--batch",
    type=click.IntRange(1, 10_000),
    default=BATCH_ROWS,
    show_default=True,
    help="Rows in one transaction.",
)
@db.pass_connection
def rotate_keys(app: App, connection: Connection, batch: int) -> None:
    """Encrypt all secrets with the first key.

    Safe to interrupt and to run twice: what is rotated is not touched again.
    """
    installed = Installed.find(app, connection)
    keyring = Keyring.of_environment()
    total = sum(row["rows"] for row in states(installed, keyring) if not row["is_primary"])
    with Progress(app, "rotated", total) as progress:
        done = rotate(installed, keyring, progress.advance, batch)
    app.emit({"key_id": keyring.primary_id, "rotated": done})
    app.say(f"{done} rows rotated; all are encrypted with {keyring.primary_id}")


@keys.command()
@click.argument("key_id")
@db.pass_connection
def retire(app: App, connection: Connection, key_id: str) -> None:
    """Let nothing be encrypted with KEY_ID any more; refused while a secret needs it."""
    installed = Installed.find(app, connection)
    keyring = Keyring.of_environment()
    if key_id == keyring.primary_id:
        raise Failure(
            f"{key_id} is the key that encrypts",
            f"It is the first of {VARIABLE}.",
            "Put a new key before it, then run 'mdt keys rotate'.",
            MISUSED,
        )
    rows = sum(row["rows"] for row in states(installed, keyring) if row["key_id"] == key_id)
    if rows:
        raise Failure(
            f"{key_id} is needed by {rows} rows",
            "They could not be read without it.",
            "Run 'mdt keys rotate' first.",
        )
    if not installed.call("system.retire_key", key_id):
        raise Failure(f'no key "{key_id}" is known', hint="List them with 'mdt keys status'.")
    app.emit({"retired": key_id})
    app.say(f"{key_id} is retired; take it out of {VARIABLE}")


@keys.command("set")
@click.argument("name")
@click.option("--description", help="What it sets.")
@db.pass_connection
def set_secret(app: App, connection: Connection, name: str, description: str | None) -> None:
    """Encrypt what standard input holds, and keep it as the setting NAME in system.config.

    The worker finds it as {secret:NAME} in the URLs and headers of its providers.
    """
    if sys.stdin.isatty():
        value = click.prompt("Value", hide_input=True, err=True)
    else:
        value = sys.stdin.read().rstrip("\r\n")
    if not value:
        raise Failure("standard input holds no value", exit_code=MISUSED)
    keyring = Keyring.of_environment()
    installed = Installed.find(app, connection)
    installed.call(
        "system.set_secret", name, keyring.encrypt(value), keyring.primary_id, description
    )
    app.emit({"key": name, "key_id": keyring.primary_id})
    app.say(f"{name} is set, encrypted with {keyring.primary_id}")
