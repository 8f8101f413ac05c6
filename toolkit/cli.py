"""The mdt command: global options, the table of commands, and how every error ends.

Commands are imported only when they are called, so that `mdt --help` stays as fast as click.
"""

import contextlib
import importlib
import os
import sys
from pathlib import Path

import click

from toolkit import __version__
from toolkit.context import App
from toolkit.errors import INTERRUPTED, MISUSED, Failure

# name -> (module under toolkit.commands, attribute, the line that --help shows)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "accept": ("integrity", "accept", "Take a difference that verify has named as right."),
    "adopt": ("adopt", "adopt", "Take over migrations that yoyo has applied."),
    "apply": ("migrations", "apply", "Bring the database to the state of the SQL files."),
    "audit": ("audit", "audit", "Grade any database, read-only."),
    "ci": ("ci", "ci", "Prove the SQL files on a fresh database."),
    "cron": ("cron", "cron", "Install, list and remove the pg_cron jobs."),
    "demo": ("demo", "demo", "Take a generated legacy database through the main job."),
    "flag": ("flag", "flag", "List and set feature flags."),
    "health": ("health", "health", "Report freshness, coverage, queue, cron and size."),
    "init": ("init", "init", "Make a project folder for SQL of your own."),
    "ingest": ("ingest", "ingest", "Load recorded provider payloads."),
    "keys": ("keys", "keys", "Rotate the keys of encrypted values."),
    "lint": ("lint", "lint", "Check the style and the safety of the SQL files."),
    "local": ("local", "local", "Run a private PostgreSQL cluster."),
    "move": ("move", "move", "Move a legacy table to the new design, step by step."),
    "new": ("new", "new", "Write new files of a project from templates."),
    "plan": ("plan", "plan", "Show what apply would do."),
    "privacy": ("privacy", "privacy", "Know, hand out, forget and expire personal data."),
    "promote": ("migrations", "promote", "Give suffixed schemas their final names."),
    "render": ("lint", "render", "Print a SQL file as it would be executed."),
    "rollback": ("rollback", "rollback", "Take migrations back, newest first."),
    "status": ("integrity", "status", "Show which migrations and objects are applied."),
    "sync": ("sync", "sync", "Fill, watch and work the API-call queue."),
    "verify": ("integrity", "verify", "Compare the database with the SQL files."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(
            importlib.import_module(f"toolkit.commands.{module}"), attribute
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--dsn", envvar="MDT_DSN", help="Database to work on.  [default: the private local cluster]"
)
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Folder that holds mdt.toml.  [default: the current folder]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, and nothing else.")
@click.option("-q", "--quiet", is_flag=True, help="Print results only.")
@click.option("-v", "--verbose", count=True, help="Print more remarks; repeat for more.")
@click.version_option(__version__, prog_name="mdt")
@click.pass_context
def cli(
    ctx: click.Context, dsn: str | None, project: Path, as_json: bool, quiet: bool, verbose: int
) -> None:
    """Take a live market-data database to one unified design, and run it.

    Exit: 0 done and clean; 1 failed, or a check found something; 2 misused; 3 cannot connect.
    """
    ctx.obj = App(dsn or None, project.resolve(), as_json, -1 if quiet else verbose)


def run(arguments: list[str]) -> int:
    """Run the command line; return its exit code, having reported every error in plain words."""
    try:
        return attempt(arguments)
    finally:
        settle_output()


def attempt(arguments: list[str]) -> int:
    """Run the command line; return its exit code, or that of the failure that it reports."""
    try:
        result = cli.main(args=arguments, prog_name="mdt", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as question:
        question.show()
        return MISUSED
    except click.ClickException as misuse:
        failure = misused(misuse)
    except (KeyboardInterrupt, click.Abort):
        hint = "Run the same command again to go on."
        failure = Failure("interrupted", hint=hint, exit_code=INTERRUPTED)
    except Failure as refusal:
        failure = refusal
    except Exception as error:
        failure = translate(error)
    report(failure, arguments)
    return failure.exit_code


def misused(misuse: click.ClickException) -> Failure:
    """Return the failure for what click says of a command line."""
    text = misuse.format_message().rstrip(".")
    context = getattr(misuse, "ctx", None)
    hint = f"See '{context.command_path} --help'." if context else ""
    return Failure(text[:1].lower() + text[1:], hint=hint, exit_code=MISUSED)


def report(failure: Failure, arguments: list[str]) -> None:
    """Print a failure: as text to stderr, or as the JSON document of a --json call."""
    with contextlib.suppress(OSError):
        if "--json" in arguments:
            App(json=True).emit(failure.as_json())
            return
        for line in failure.lines():
            click.echo(line, err=True)


def settle_output() -> None:
    """Write what is still to be written; where that fails, let it go, or leaving fails as well."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def translate(error: Exception) -> Failure:
    """Return the failure for an error of the database or the operating system.

    Anything else is a defect of ours, and is raised again with its traceback.
    """
    from toolkit import db

    failure = db.translate(error)
    if failure is None and isinstance(error, OSError):
        name = f"use {error.filename!r}" if error.filename else "read or write"
        failure = Failure(f"cannot {name}: {error.strerror or error}")
    if failure is None:
        raise error
    return failure
