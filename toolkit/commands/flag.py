"""flag: feature flags with percentage roll-out."""

import click

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.installed import Installed


@click.group()
def flag() -> None:
    """List and set feature flags."""


@flag.command("list")
@db.pass_connection
def list_flags(app: App, connection: Connection) -> None:
    """List the flags, and for how many percent of subjects each is on."""
    found = Installed.find(app, connection).rows(
        "select flag, is_enabled, rollout_percent, description, updated_at, updated_by "
        "from system.feature_flags order by flag"
    )
    app.emit({"flags": found})
    for row in found:
        state = f"{row['rollout_percent']} %" if row["is_enabled"] else "off"
        app.say(f"{row['flag']:32} {state:>6}  {row['description']}")


@flag.command("set")
@click.argument("name", metavar="FLAG")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option(
    "--percent",
    type=click.IntRange(0, 100),
    default=100,
    show_default=True,
    help="Percent of subjects it is on for.",
)
@click.option("--description", help="What it switches.")
@db.pass_connection
def set_flag(
    app: App,
    connection: Connection,
    name: str,
    state: str,
    percent: int,
    description: str | None,
) -> None:
    """Set FLAG on or off; a new one is defined. A subject keeps its answer as PERCENT grows."""
    installed = Installed.find(app, connection)
    installed.call("system.set_flag", name, state == "on", percent, description)
    app.emit({"flag": name, "is_enabled": state == "on", "rollout_percent": percent})
    app.say(f"{name} is {state}" + (f" for {percent} %" if state == "on" else ""))
