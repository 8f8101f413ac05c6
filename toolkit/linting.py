"""Reading SQL files with four pairs of eyes: sqlfluff, squawk, the schema map, our hazards."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit import hazards, statements
from toolkit.errors import Failure
from toolkit.hazards import Context, Hazard, kind_of
from toolkit.hazards.known import Known
from toolkit.hazards.squawk import NOT_OURS, OURS_KNOWS_MORE, SAME
from toolkit.project import SCHEMAS, Project, SqlFile, files_root
from toolkit.render import template, unseen
from toolkit.statements import Statement

ALLOW_RULE = "allow"
FEW = 8  # files that are read sooner than other processes have started
# Kinds of files that are looked at for hazards; the others only read.
LOOKED_AT = ("migration", "rollback", "object")
_OURS = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\b", re.I)


@dataclass(frozen=True, order=True)
class Complaint:
    """One thing that a linter says of a line. path: below the root. number: of our rule, or 0.

    allowed_because: the reason in the file's header, for a hazard that it allows.
    """

    path: str
    line: int
    rule: str
    message: str
    number: int = 0
    severity: str = "error"
    mend: str = ""
    allowed_because: str = ""


def lint(files: Sequence[SqlFile], project: Project) -> list[Complaint]:
    """Return everything that there is to say of SQL files, allowed hazards included."""
    rendered = {file.name: template(file, project.variables) for file in files}
    return sorted({*names(rendered), *style(rendered), *dangers(files, project)})


def names(rendered: Mapping[str, str]) -> list[Complaint]:
    """Return where a schema name stands in a form that mapping could miss or mistake."""
    return [
        Complaint(name, line, "schema-name", message)
        for name, text in rendered.items()
        if not name.startswith("checks/audit")  # these name other people's schemas
        for line, message in unseen(text, name)
    ]


def style(rendered: Mapping[str, str]) -> list[Complaint]:
    """Return what sqlfluff says, under the settings of pyproject.toml."""
    settings = files_root() / "pyproject.toml"
    with tempfile.TemporaryDirectory(prefix="mdt-lint-") as folder:
        write(rendered, Path(folder))
        answer = fluff(folder, settings, is_parallel=len(rendered) > FEW)
    original = {name.lstrip("/"): name for name in rendered}
    return [
        Complaint(
            original[str(Path(file["filepath"]).relative_to(folder))],
            one["start_line_no"],
            one["code"],
            one["description"].rstrip("."),
            severity="warning",
        )
        for file in answer
        for one in file["violations"]
    ]


def fluff(folder: str, settings: Path, *, is_parallel: bool) -> list[dict[str, Any]]:
    """Return sqlfluff's answer for a folder: from here, or from processes that share the work.

    They are sqlfluff's own command, since its parallel runner takes Ctrl-C for the end of the work.
    """
    if is_parallel:
        options = ["--config", str(settings), "--processes", str(os.cpu_count() or 1)]
        command = [sys.executable, "-m", "sqlfluff", "lint", folder, *options]
        return run_json([*command, "--format", "json"], folder)
    from sqlfluff.core import FluffConfig, Linter

    config = FluffConfig.from_root(extra_config_path=str(settings), ignore_local_config=True)
    return [dict(record) for record in Linter(config).lint_paths((folder,)).as_records()]


def dangers(files: Sequence[SqlFile], project: Project) -> list[Complaint]:
    """Return the hazards in files that are to be applied, ours and squawk's, the allowed too."""
    reading = Reading(files, project)
    opinions = second_opinion(reading)
    return [
        complaint
        for file in files
        for complaint in reading.complaints(file, opinions.get(file.name, []))
    ]


class Reading:
    """Files that are looked at for hazards, with what stands before and beside each."""

    def __init__(self, files: Sequence[SqlFile], project: Project) -> None:
        self.files = [f for f in files if kind_of(f.name) in LOOKED_AT]
        self.project = project
        self._root = (project.root / "migrations").resolve()
        self._texts: dict[Path, str] = {}
        self._read: dict[Path, list[Statement]] = {}

    def text(self, file: SqlFile) -> str:
        """Return a file's text after templating."""
        if file.path not in self._texts:
            self._texts[file.path] = template(file, self.project.variables)
        return self._texts[file.path]

    def statements(self, file: SqlFile) -> list[Statement]:
        """Return what the statements of a file do."""
        if file.path not in self._read:
            self._read[file.path] = statements.read(self.text(file), file.name)
        return self._read[file.path]

    @cached_property
    def folders(self) -> dict[Path, list[Path]]:
        """The migrations in each folder: the toolkit's come first, then those beside our files."""
        beside = {file.path.resolve().parent for file in self.files}
        own = {folder for folder in beside if folder.name == self._root.name}
        return {
            folder: [
                path
                for path in sorted(folder.glob("*.sql"))
                if not path.name.endswith(".rollback.sql")
            ]
            for folder in ([self._root, *sorted(own - {self._root})] if own else [])
        }

    @cached_property
    def chain(self) -> dict[Path, Known]:
        """What is known before each migration.

        The toolkit's own are read only where some file names one of its schemas, as it has to.
        """
        known = Known()
        found = {}
        for folder, paths in self.folders.items():
            if folder != self._root or self._names_ours:
                for path in paths:
                    found[path] = known
                    known = self._after(SqlFile(path, f"migrations/{path.name}"), known)
        return found

    @cached_property
    def _names_ours(self) -> bool:
        """Whether a file is one of the toolkit's, or names a schema of it."""
        return any(
            file.path.resolve().is_relative_to(self.project.root.resolve())
            or _OURS.search(self.text(file))
            for file in self.files
        )

    @cached_property
    def names_in(self) -> dict[Path, tuple[str, ...]]:
        """The names of the migrations in each folder, without ".sql"."""
        return {
            folder: tuple(path.stem for path in paths) for folder, paths in self.folders.items()
        }

    def _after(self, file: SqlFile, known: Known) -> Known:
        """Return what is known after a file."""
        known = Known(known)
        for statement in self.statements(file):
            known.learn(statement.actions)
        return known

    @cached_property
    def bodies(self) -> dict[str, str]:
        """The texts of the functions among the repeatable objects, by name."""
        known = Known()
        for file in self.project.objects() if self.folders else []:
            for statement in self.statements(file):
                known.learn(statement.actions)
        return known.bodies

    def context(self, file: SqlFile) -> Context:
        """Return what is to be known of a file."""
        context = Context.of(self.text(file), file.name)
        if context.kind == "migration":
            return self._forward(file, context)
        return self._back(file, context) if context.kind == "rollback" else context

    def _forward(self, file: SqlFile, context: Context) -> Context:
        path = file.path.resolve()
        back = path.with_suffix(".rollback.sql")
        undo = SqlFile(back, f"{file.name.removesuffix('.sql')}.rollback.sql")
        return replace(
            context,
            earlier=self.chain.get(path, Known()),
            rollback=self.statements(undo) if back.exists() else None,
            names=self.names_in.get(path.parent, ()),
            others=self.names_in.get(self._root, ()) if path.parent != self._root else (),
            bodies=lambda: self.bodies,
        )

    def _back(self, file: SqlFile, context: Context) -> Context:
        """Return the context of a rollback: as transactional as its migration, and after it."""
        path = file.path.resolve().with_name(f"{context.id}.sql")
        forward = SqlFile(path, f"{file.name.removesuffix('.rollback.sql')}.sql")
        if not path.exists():
            return context
        return replace(
            context,
            earlier=self._after(forward, self.chain.get(path, Known())),
            forward=self.statements(forward),
            transactional=forward.header.get("transactional") != "false",
        )

    def complaints(self, file: SqlFile, opinions: Iterable[Hazard]) -> Iterator[Complaint]:
        """Yield the hazards of one file and what is wrong with its allow lines.

        opinions: what another linter says; what we have found ourselves is left out of it.
        """
        if kind_of(file.name) not in LOOKED_AT:
            return
        context = self.context(file)
        read = self.statements(file)
        found = hazards.find(read, context)
        said = {(one.rule, _statement_at(read, one.line)) for one in found}
        found += hazards.mark(
            [one for one in opinions if (one.rule, _statement_at(read, one.line)) not in said],
            context.allows,
        )
        for one in found:
            yield Complaint(
                file.name,
                one.line,
                one.rule,
                one.message,
                one.number,
                one.severity,
                one.mend,
                one.allowed_because,
            )
        for line, message in hazards.misused_allows(context.allows, found):
            mend = "Write '-- allow: RULE, REASON', one rule a line, only while it is needed."
            yield Complaint(file.name, line, ALLOW_RULE, message, mend=mend)


def _statement_at(read: Sequence[Statement], line: int) -> int:
    """Return the number of the statement that a line belongs to."""
    return sum(1 for one in read if one.line <= line)


def second_opinion(reading: Reading) -> dict[str, list[Hazard]]:
    """Return what squawk says of migrations and rollbacks, by file, as hazards of our rules."""
    groups: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for file in reading.files:
        if kind_of(file.name) != "object":
            transactional = reading.context(file).transactional
            groups[transactional][file.name] = reading.text(file)
    found: dict[str, list[Hazard]] = {}
    for transactional, texts in groups.items():
        for one in squawk(texts, transactional=transactional):
            rule, line = one["rule_name"], one["line"] + 1
            ours = SAME.get(rule, "")
            message = f"squawk: {one['message'].rstrip('.')}"
            if ".rollback." in one["file"] and rule.startswith("ban-drop-"):
                continue  # undoing what a migration made is what its rollback is for
            if ours and ours not in OURS_KNOWS_MORE:
                said = replace(hazards.hazard(ours, line, message), mend=one.get("help") or "")
            elif not ours:
                said = Hazard(rule, 0, line, hazards.WARNING, message, one.get("help") or "")
            else:
                continue
            found.setdefault(one["file"], []).append(said)
    return found


def squawk(texts: Mapping[str, str], *, transactional: bool) -> list[dict[str, Any]]:
    """Return what squawk says of texts that are, or are not, executed in one transaction each."""
    if not texts:
        return []
    original = {name.lstrip("/"): name for name in texts}
    options = ["--pg-version", "15.0", "--exclude", ",".join(NOT_OURS), "--reporter", "Json"]
    if transactional:
        options.append("--assume-in-transaction")
    with tempfile.TemporaryDirectory(prefix="mdt-lint-") as folder:
        write(texts, Path(folder))
        answer = run_json([program_of("squawk-cli", "squawk"), *options, *sorted(original)], folder)
    return [{**one, "file": original[one["file"]]} for one in answer]


def program_of(package: str, name: str) -> str:
    """Return the path of a program that a Python package brings, wherever that is installed."""
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        files = []
    found = (Path(str(file.locate())).resolve() for file in files if file.name == name)
    return str(next((path for path in found if path.exists()), name))


def write(texts: Mapping[str, str], folder: Path) -> None:
    """Write rendered files below a folder under their names."""
    for name, text in texts.items():
        path = folder / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run_json(command: list[str], folder: str) -> list[dict[str, Any]]:
    """Run a linter in a folder and return its JSON answer. Errors: Failure when it gives none."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Failure(
            f"{Path(command[0]).name} is not installed",
            hint="Install the toolkit again: 'pip install market-data-toolkit'.",
        ) from error
    try:
        answer = json.loads(done.stdout or "[]")
    except json.JSONDecodeError as error:
        text = (done.stderr or done.stdout).strip().splitlines()
        raise Failure(
            f"{Path(command[0]).name} failed with exit code {done.returncode}",
            text[-1] if text else "",
        ) from error
    return list(answer)
