"""ci: one proof of the SQL files on a fresh database."""

import json
import sys
from pathlib import Path

import click

from toolkit.ci import STEPS, Proof, Step, server_dsn
from toolkit.ci_reports import junit, sarif
from toolkit.context import App, pass_app
from toolkit.project import Project

LINTED = ("migrations", "sql", "checks")
file_option = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--junit", "junit_file", type=file_option, help="Write the steps there, as JUnit.")
@click.option("--sarif", "sarif_file", type=file_option, help="Write findings there, as SARIF.")
@click.option("--no-lint", is_flag=True, help="Leave out the linting.")
@pass_app
def ci(app: App, junit_file: Path | None, sarif_file: Path | None, no_lint: bool) -> int:
    """Prove the SQL files: lint, build, verify, take back, compare, build again.

    On a fresh database of the server that --dsn names, else of the private cluster, which is
    started for it; the database is dropped at the end. In a project folder its own files are
    linted. With --json, stdout holds one JSON document a line for each step as it ends, and one
    for the whole run. Exit 1 when a step fails.
    """
    project = Project(app.project)
    folder = project.folder if project.name else project.root
    paths = [path for name in LINTED if any((path := folder / name).rglob("*.sql"))]
    for file in (junit_file, sarif_file):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
    skipped = ("lint",) if no_lint or not paths else ()
    with server_dsn(app.dsn) as dsn:
        proof = Proof(["--project", str(app.project)], dsn, paths, Teller(app).tell, app.remark)
        steps = proof.run(skipped)
    if junit_file:
        junit_file.write_text(junit(steps), encoding="utf-8")
    if sarif_file:
        sarif_file.write_text(json.dumps(sarif(steps), indent=2) + "\n", encoding="utf-8")
    seconds = sum(step.seconds for step in steps)
    passed = sum(step.state == "passed" for step in steps)
    if app.json:
        line({"passed": not proof.exit_code, "steps": passed, "seconds": round(seconds, 3)})
    outcome = "failed" if proof.exit_code else "proven"
    app.say(f"{outcome}: {passed} of {len(steps) - len(skipped)} steps passed in {seconds:.1f} s")
    return proof.exit_code


class Teller:
    """Says each step when it has ended, and on a terminal which one is at work."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.is_living = sys.stderr.isatty() and app.verbosity >= 0

    def tell(self, step: Step) -> None:
        """Say where a step is."""
        if step.state == "running":
            if self.is_living:
                number = list(STEPS).index(step.name) + 1
                click.echo(f"\r\x1b[K{number} of {len(STEPS)}: {step.name} ...", err=True, nl=False)
            return
        if self.is_living:
            click.echo("\r\x1b[K", err=True, nl=False)
        if self.app.json:
            line(step.as_json())
            return
        self.app.say(f"{step.state:7} {step.name:14} {step.seconds:6.1f} s  {step.title}")
        for text in (step.message, step.detail):
            for part in text.splitlines():
                self.app.say(f"        {part}")


def line(document: dict[str, object]) -> None:
    """Write one JSON document in one line, at once."""
    click.echo(json.dumps(document, default=str, ensure_ascii=False))
    sys.stdout.flush()
