"""`mdt local`: the private cluster from the command line."""

import sys
from typing import Any

import click

from toolkit.context import App, pass_app
from toolkit.errors import MISUSED, Failure
from toolkit.local import Cluster


@click.group()
def local() -> None:
    """Run a private PostgreSQL cluster.

    It lives in one folder (MDT_HOME, by default in your data folder), is reached by its socket
    and on 127.0.0.1 only, and leaves every other cluster of the machine alone.
    """


@local.command()
@pass_app
def up(app: App) -> None:
    """Start the cluster, making it first where there is none, and print its DSN."""
    cluster = Cluster()
    is_start = cluster.up(report=app.remark)
    status = cluster.status()
    state = "is running" if is_start else "is already running"
    app.remark(f"PostgreSQL {status['version']} {state} on port {status['port']}.")
    app.say(status["dsn"])
    app.emit({"started": is_start, **status})


@local.command()
@pass_app
def down(app: App) -> None:
    """Stop the cluster; its data stay."""
    was_running = Cluster().down(report=app.remark)
    app.remark("Stopped." if was_running else "Already stopped.")
    app.emit({"stopped": was_running, "running": False})


@local.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Show the cluster: version, folders, port, databases, extensions.

    Exit code 1 when it does not run.
    """
    app = ctx.ensure_object(App)
    document = Cluster().status()
    app.emit(document)
    for line in _described(document):
        app.say(line)
    if not document["running"]:
        app.remark("Start it with 'mdt local up'.")
        ctx.exit(1)


@local.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": ["--help"],  # -h is psql's own, and names the server
    },
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open psql on the cluster, passing ARGUMENTS on to it."""
    Cluster().psql(arguments)


@local.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def reset(app: App, yes: bool) -> None:
    """Delete the cluster with all its data, and make a new one."""
    cluster = Cluster()
    cluster.refuse_foreign_data()
    if not yes and cluster.exists():
        if not sys.stdin.isatty():
            raise Failure(
                "nothing was deleted, since nobody can be asked",
                f"This deletes all databases in '{cluster.data}'.",
                "Confirm it with 'mdt local reset --yes'.",
                MISUSED,
            )
        click.confirm(f"Delete all databases in '{cluster.data}'?", abort=True, err=True)
    cluster.reset(report=app.remark)
    found = cluster.status()
    app.remark(f"PostgreSQL {found['version']} is running on port {found['port']}, empty.")
    app.say(found["dsn"])
    app.emit(found)


def _described(document: dict[str, Any]) -> list[str]:
    """Return the lines that show a status to a person."""
    if not document["exists"]:
        return ["state:      not made yet", f"home:       {document['home']}"]
    lines = [
        f"state:      {'running' if document['running'] else 'stopped'}",
        f"version:    PostgreSQL {document['version']}",
        f"data:       {document['data']}",
        f"log:        {document['log']}",
        f"port:       {document['port'] or '-'}",
    ]
    if document["running"]:
        extensions = [f"{item['name']} {item['version']}" for item in document["extensions"]]
        lines += [
            f"socket:     {document['socket']}",
            f"dsn:        {document['dsn']}",
            f"password:   in {document['password_file']}, for 127.0.0.1",
            f"preloaded:  {', '.join(document['preloaded']) or '-'}",
            f"extensions: {', '.join(extensions) or '-'}",
            "databases:",
            *(
                f"  {database['name']:<30} {database['size_bytes'] / 2**20:>10,.1f} MB"
                for database in document["databases"]
            ),
        ]
    return lines
