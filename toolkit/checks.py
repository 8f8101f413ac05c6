"""Checks: read-only SQL files with a header, run one by one and graded by area.

A file is a header of "-- key: value" lines, where a repeated key goes on, and one query. The
query returns subject and detail, and may return fix_sql, undo_sql and a severity of its own; no
rows means that all is well. Id and subject identify a finding from one run to the next.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import psycopg

from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.project import SqlFile
from toolkit.render import template

SEVERITIES = ("error", "warning", "info")
COSTS = ("catalog", "statistics", "planner", "data")
AREAS = (
    "structure",
    "types",
    "keys",
    "indexes",
    "data",
    "operations",
    "security",
    "documentation",
)
WEIGHTS = {"error": 10, "warning": 3, "info": 1}
CAP = 5
LETTERS = ((90, "A"), (80, "B"), (70, "C"), (60, "D"))
BEST_WITH_ERROR = 69
TIMEOUT = 10.0
LOCK_TIMEOUT = 1.0

_KEYS = (
    *("title", "id", "area", "severity", "cost", "requires", "why", "fix", "note", "bar"),
    "template",
)
_COLUMNS = {"subject", "detail", "fix_sql", "undo_sql", "severity"}
_REQUIREMENT = re.compile(
    r"(extension|relation|role|setting|window|server):\s*(\S.*)|(select|statistics)"
)


@dataclass(frozen=True)
class Check:
    """One file: what it looks for, why that matters, how to mend it, and the query.

    requires: what must be there for it to run, see `Conditions`. note and bar belong to the files
    of an inventory, which have no severity: a remark, and the column to draw as a bar.
    """

    path: Path
    title: str
    id: str
    area: str
    sql: str
    severity: str = ""
    cost: str = "catalog"
    requires: tuple[str, ...] = ()
    why: str = ""
    fix: str = ""
    note: str = ""
    bar: str = ""

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem


@dataclass(frozen=True)
class Finding:
    """One row of a check: an object that is not as it should be."""

    check: Check
    subject: str
    detail: str
    severity: str
    fix_sql: str | None = None
    undo_sql: str | None = None

    @property
    def key(self) -> str:
        """What identifies it from one run to the next."""
        return f"{self.check.id}:{self.subject}"


@dataclass(frozen=True)
class Outcome:
    """What became of one check.

    status: passed, findings, skipped or error. reason: why it was skipped, or the error.
    note: what it could not see although it ran. ignored: findings that the caller waves through.
    """

    check: Check
    status: str
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    note: str = ""
    ignored: int = 0
    seconds: float = 0.0

    @property
    def severity(self) -> str:
        """The worst severity of its findings."""
        return min((one.severity for one in self.findings), key=SEVERITIES.index, default="")


@dataclass
class Results:
    """The outcomes of a run, in the order of the checks."""

    outcomes: list[Outcome] = field(default_factory=list)

    def having(self, status: str) -> list[Outcome]:
        """Return the outcomes of one status."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    @property
    def failing(self) -> list[Outcome]:
        """The outcomes with findings, the worst first: by severity, then by their number."""
        return sorted(
            self.having("findings"),
            key=lambda one: (SEVERITIES.index(one.severity), -_points(one), one.check.id),
        )

    @property
    def findings(self) -> list[Finding]:
        """All findings, the worst first."""
        found = [finding for outcome in self.failing for finding in outcome.findings]
        return sorted(found, key=lambda one: SEVERITIES.index(one.severity))

    def count(self, severity: str) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def reach(self, level: str) -> bool:
        """Tell whether there is a finding of this severity or a worse one."""
        worse = SEVERITIES[: SEVERITIES.index(level) + 1]
        return any(finding.severity in worse for finding in self.findings)


@dataclass(frozen=True)
class Deduction:
    """Points that one check's findings of one severity cost: weight times counted."""

    check: Check
    severity: str
    weight: int
    counted: int
    found: int

    @property
    def points(self) -> int:
        """What is taken off."""
        return self.weight * self.counted

    def __str__(self) -> str:
        of = f" of {self.found}" if self.found > self.counted else ""
        return f"{self.weight} x {self.counted}{of} ({self.check.id})"


@dataclass(frozen=True)
class Grade:
    """The grade of an area: 100 minus its deductions; never below 0, with an error at most D."""

    area: str
    deductions: tuple[Deduction, ...]
    passed: int
    failed: int
    skipped: int

    @property
    def has_error(self) -> bool:
        """Whether a finding of severity error caps the score."""
        return any(one.severity == "error" for one in self.deductions)

    @property
    def score(self) -> int:
        """The points that are left."""
        left = max(0, 100 - sum(one.points for one in self.deductions))
        return min(left, BEST_WITH_ERROR) if self.has_error else left

    @property
    def letter(self) -> str:
        """A to F."""
        return letter(self.score)

    @property
    def arithmetic(self) -> str:
        """The sum as it is shown: 100 - 10 x 2 (STR001) - 3 x 5 of 9 (STR004) = 65."""
        terms = "".join(f" - {one}" for one in self.deductions)
        left = 100 - sum(one.points for one in self.deductions)
        text = f"100{terms} = {left}" if terms else "100"
        if left < 0:
            return f"{text}, not below 0"
        if left > self.score:
            return f"{text}, with an error at most {BEST_WITH_ERROR}"
        return text


def letter(score: float) -> str:
    """Return the letter of a score from 0 to 100."""
    return next((name for least, name in LETTERS if score >= least), "F")


def grades(results: Results) -> list[Grade]:
    """Grade every area of which at least one check ran.

    Of each check the worst findings count, five at most, so that one habit of a large database
    does not hide everything else. A check that was skipped or broke neither adds nor takes.
    """
    areas: dict[str, list[Outcome]] = {}
    for outcome in results.outcomes:
        areas.setdefault(outcome.check.area, []).append(outcome)
    ordered = sorted(areas, key=lambda area: (AREAS.index(area) if area in AREAS else 99, area))
    graded = []
    for area in ordered:
        by_status = {
            status: [one for one in areas[area] if one.status == status]
            for status in ("passed", "findings", "skipped")
        }
        if not by_status["passed"] and not by_status["findings"]:
            continue
        deductions = [part for one in by_status["findings"] for part in _deductions(one)]
        deductions.sort(key=lambda part: (-part.points, part.check.id))
        graded.append(
            Grade(
                area,
                tuple(deductions),
                len(by_status["passed"]),
                len(by_status["findings"]),
                len(by_status["skipped"]),
            )
        )
    return graded


def overall(graded: Sequence[Grade]) -> float | None:
    """Return the mean score of the areas, None when none was graded."""
    if not graded:
        return None
    return round(sum(one.score for one in graded) / len(graded), 1)


def load(folder: Path, areas: Sequence[str] = ()) -> list[Check]:
    """Return the checks of a folder by name.

    areas: the areas that are known; none for any. A header may leave out area (the folder's
    name), id (the file's name) and cost. Errors: Failure naming file and line.
    """
    found = []
    for path in sorted(folder.glob("*.sql")):
        values, lines, sql = _read(path)
        for key in ("title", "severity", "why", "fix"):
            if not values.get(key):
                raise _malformed(path, 1, f'the header has no "{key}"')
        for key, known in (("severity", SEVERITIES), ("cost", COSTS), ("area", areas)):
            if key in values and known and values[key] not in known:
                raise _malformed(
                    path, lines[key], f'{key} "{values[key]}" is none of {", ".join(known)}'
                )
        for key in ("note", "bar"):
            if key in values:
                raise _malformed(path, lines[key], f'only an inventory has a "{key}"')
        found.append(
            Check(
                path=path,
                title=values["title"],
                id=values.get("id", path.stem),
                area=values.get("area", folder.name),
                sql=sql,
                severity=values["severity"],
                cost=values.get("cost", "catalog"),
                requires=_requirements(path, lines.get("requires", 1), values.get("requires", "")),
                why=values["why"],
                fix=values["fix"],
            )
        )
    _refuse_equal_ids(found)
    return found


def load_inventory(folder: Path) -> list[Check]:
    """Return the queries of a folder that list and do not judge, by id.

    Their header is title and id, and where wanted cost, requires, note and bar.
    """
    found = []
    for path in sorted(folder.glob("*.sql")):
        values, lines, sql = _read(path)
        for key in ("title", "id"):
            if not values.get(key):
                raise _malformed(path, 1, f'the header has no "{key}"')
        for key in ("area", "severity", "why", "fix"):
            if key in values:
                raise _malformed(path, lines[key], f'an inventory has no "{key}"')
        if values.get("cost", "catalog") not in COSTS:
            raise _malformed(path, lines["cost"], f"cost is none of {', '.join(COSTS)}")
        found.append(
            Check(
                path=path,
                title=values["title"],
                id=values["id"],
                area="inventory",
                sql=sql,
                cost=values.get("cost", "catalog"),
                requires=_requirements(path, lines.get("requires", 1), values.get("requires", "")),
                note=values.get("note", ""),
                bar=values.get("bar", ""),
            )
        )
    _refuse_equal_ids(found)
    return sorted(found, key=lambda one: one.id)


def run(
    connection: Connection,
    checks: Sequence[Check],
    *,
    timeout: float = TIMEOUT,
    settings: Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    transform: Callable[[str], str] | None = None,
    progress: Callable[[Check], None] | None = None,
) -> Results:
    """Run each check in a read-only transaction of its own, and return what became of it.

    timeout: seconds per check. settings: limits that the queries read as mdt.<name>. ignore:
    patterns such as "*._yoyo_*" or "IDX001:*"; findings whose subject or key is like one are
    counted alone. transform: applied to SQL text and to relation names before they are executed,
    for other schema names.
    A right that is missing, a lock or the time limit skips a check; any other error of the
    server is its outcome. Raises only when the connection is lost.
    """
    session = Session(connection, timeout, settings or {}, transform)
    conditions = Conditions(session)
    results = Results()
    for check in checks:
        if progress is not None:
            progress(check)
        results.outcomes.append(_without(_outcome(session, conditions, check), ignore))
    return results


def listing(
    connection: Connection,
    check: Check,
    *,
    timeout: float = TIMEOUT,
    settings: Mapping[str, str] | None = None,
    transform: Callable[[str], str] | None = None,
) -> tuple[list[dict[str, Any]], Outcome]:
    """Return the rows of an inventory query, and its outcome: passed, skipped or error."""
    session = Session(connection, timeout, settings or {}, transform)
    began = time.monotonic()
    try:
        reason, _ = Conditions(session).missing(check)
        if reason:
            return [], Outcome(check, "skipped", reason=reason)
        rows = session.query(check.sql)
    except psycopg.Error as error:
        return [], replace(_refused(session, check, error), seconds=time.monotonic() - began)
    return rows, Outcome(check, "passed", seconds=time.monotonic() - began)


class Session:
    """A connection on which queries run read-only, under time limits, with pinned names."""

    def __init__(
        self,
        connection: Connection,
        timeout: float,
        settings: Mapping[str, str],
        transform: Callable[[str], str] | None,
    ) -> None:
        self.connection = connection
        self.timeout = timeout
        self.settings = settings
        self.transform = transform or (lambda text: text)

    def query(self, text: str) -> list[dict[str, Any]]:
        """Return the rows of one query.

        The number that is bound, and that no query uses, makes the server take exactly one
        statement; without it a file could end the read-only transaction and begin another.
        """
        connection = self.connection
        with connection.transaction(force_rollback=True):
            connection.execute("set transaction read only")
            connection.execute(
                "select set_config(name, value, true) from unnest(%s::text[], %s::text[])"
                " as setting (name, value)",
                [list(column) for column in zip(*self._parameters(), strict=True)],
            )
            with psycopg.RawCursor(connection) as cursor:
                cursor.execute(self.transform(text).encode(), [1])
                if cursor.description is None:
                    raise psycopg.ProgrammingError("the file is not a query")
                names = [column.name for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def excuse(self, error: psycopg.Error) -> str:
        """Return why an error only skips a check, nothing when it is a defect.

        Raises the error again when it is the connection that was lost.
        """
        if self.connection.closed or self.connection.broken:
            raise error
        if error.sqlstate == "57014" and "statement timeout" in str(error):
            return f"it took longer than {self.timeout:g} s"
        if error.sqlstate == "57014":
            return "somebody cancelled it"
        if error.sqlstate == "55P03":
            return f"a table stayed locked for {LOCK_TIMEOUT:g} s"
        if error.sqlstate == "42501":
            return f"a right is missing: {_message(error)}"
        if error.sqlstate == "40001":
            return "the replica cancelled it in favour of replay"
        return ""

    def _parameters(self) -> list[tuple[str, str]]:
        return [
            ("statement_timeout", f"{max(1, round(self.timeout * 1000))}ms"),
            ("lock_timeout", f"{round(LOCK_TIMEOUT * 1000)}ms"),
            ("search_path", "pg_catalog, pg_temp"),
            *((f"mdt.{name}", value) for name, value in self.settings.items()),
        ]


class Conditions:
    """What checks may require, asked of the server once for each requirement.

    extension:NAME, relation:SCHEMA.NAME, role:NAME (member of it), server:MAJOR, setting:NAME
    (given by the caller), window:INTERVAL (age of the activity statistics), select (at least one
    table can be read) and statistics (at least one readable table was analyzed).
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[str, str] = {}
        self.coverage: dict[str, int] | None = None

    def missing(self, check: Check) -> tuple[str, str]:
        """Return why a check cannot run, and what it will not see when it does."""
        for requirement in check.requires:
            if requirement not in self.known:
                self.known[requirement] = self._ask(requirement)
            if self.known[requirement]:
                return self.known[requirement], ""
        if "select" not in check.requires:
            return "", ""
        coverage = self._coverage()
        hidden = coverage["tables"] - coverage["readable"]
        return "", f"{hidden} of {coverage['tables']} tables may not be read" if hidden else ""

    def _ask(self, requirement: str) -> str:
        kind, _, name = requirement.partition(":")
        if kind == "extension":
            found = self._one(f"select count(*) from pg_extension where extname = {_quoted(name)}")
            return "" if found else f"the extension {name} is not installed in this database"
        if kind == "relation":
            name = self.session.transform(name)
            found = self._one(f"select to_regclass({_quoted(name)})::oid")
            return "" if found else f"there is no {name}"
        if kind == "role":
            found = self._one(
                "select count(*) from pg_roles"
                f" where rolname = {_quoted(name)} and pg_has_role(oid, 'usage')"
            )
            return "" if found else f"the role {name} is not granted"
        if kind == "server":
            found = self.session.connection.info.server_version // 10000 >= int(name)
            return "" if found else f"the server is older than PostgreSQL {name}"
        if kind == "setting":
            return "" if self.session.settings.get(name) else f"no {name} was given"
        if kind == "window":
            return self._window(self.session.settings.get("window") or name)
        coverage = self._coverage()
        if coverage["tables"] and not coverage["readable"]:
            return f"none of the {coverage['tables']} tables may be read"
        if kind == "statistics" and coverage["tables"] and not coverage["analyzed"]:
            return "no table that may be read was analyzed; run ANALYZE first"
        return ""

    def _window(self, least: str) -> str:
        answer = self.session.query(
            f"select now() - since >= {_quoted(least)}::interval as is_enough,"
            " date_trunc('second', now() - since)::text as age from (select greatest("
            " (select stats_reset from pg_stat_database where datname = current_database()),"
            " (select stats_reset from pg_stat_archiver)) as since) as statistics"
        )[0]
        if answer["is_enough"] is False:
            return f"the statistics cover {answer['age']}, which is less than {least}"
        return ""

    def _coverage(self) -> dict[str, int]:
        if self.coverage is None:
            self.coverage = self.session.query(
                "select count(*) as tables,"
                " count(*) filter (where is_readable) as readable,"
                " count(*) filter (where is_readable and exists (select from pg_stats as known"
                "   where known.schemaname = nspname and known.tablename = relname)) as analyzed"
                " from (select nspname, relname,"
                "   has_any_column_privilege(relation.oid, 'select')"
                "   and has_schema_privilege(relnamespace, 'usage') as is_readable"
                "   from pg_class as relation"
                "   inner join pg_namespace as namespace on relnamespace = namespace.oid"
                "   where relkind = 'r' and nspname !~ '^pg_' and nspname <> 'information_schema'"
                "   and not exists (select from pg_depend where classid = 'pg_class'::regclass"
                "     and objid = relation.oid and deptype = 'e')) as tables"
            )[0]
        return self.coverage

    def _one(self, text: str) -> Any:
        row = self.session.query(text)[0]
        return next(iter(row.values()))


def _outcome(session: Session, conditions: Conditions, check: Check) -> Outcome:
    """Run one check, whatever comes of it."""
    began = time.monotonic()
    try:
        reason, note = conditions.missing(check)
        if reason:
            return Outcome(check, "skipped", reason=reason)
        findings = _findings(check, session.query(check.sql))
    except psycopg.Error as error:
        return replace(_refused(session, check, error), seconds=time.monotonic() - began)
    except ValueError as error:
        return Outcome(check, "error", reason=str(error), seconds=time.monotonic() - began)
    status = "findings" if findings else "passed"
    return Outcome(check, status, findings, note=note, seconds=time.monotonic() - began)


def _without(outcome: Outcome, patterns: Sequence[str]) -> Outcome:
    """Return an outcome without the findings that are to be ignored."""
    kept = tuple(
        finding
        for finding in outcome.findings
        if not any(
            fnmatchcase(text, pattern)
            for pattern in patterns
            for text in (finding.subject, finding.key)
        )
    )
    ignored = len(outcome.findings) - len(kept)
    if not ignored:
        return outcome
    status = "findings" if kept else "passed"
    return replace(outcome, status=status, findings=kept, ignored=ignored)


def _refused(session: Session, check: Check, error: psycopg.Error) -> Outcome:
    """Return the outcome of a query that the server refused."""
    excuse = session.excuse(error)
    if excuse:
        return Outcome(check, "skipped", reason=excuse)
    return Outcome(check, "error", reason=_message(error))


def _findings(check: Check, rows: list[dict[str, Any]]) -> tuple[Finding, ...]:
    """Turn rows into findings; a ValueError where they break the contract."""
    if rows and not {"subject", "detail"} <= set(rows[0]) <= _COLUMNS:
        raise ValueError(f"the query returns the columns {', '.join(rows[0])}")
    found: dict[str, Finding] = {}
    for row in rows:
        if row["subject"] is None:
            raise ValueError("the query returns a row without a subject")
        severity = row.get("severity") or check.severity
        if severity not in SEVERITIES:
            raise ValueError(f'the query returns the severity "{severity}"')
        finding = Finding(
            check,
            str(row["subject"]),
            "" if row["detail"] is None else str(row["detail"]),
            severity,
            row.get("fix_sql"),
            row.get("undo_sql"),
        )
        if finding.subject in found:
            raise ValueError(f'the query returns the subject "{finding.subject}" twice')
        found[finding.subject] = finding
    return tuple(sorted(found.values(), key=lambda one: SEVERITIES.index(one.severity)))


def _deductions(outcome: Outcome) -> list[Deduction]:
    """Return what a check's findings cost, by severity, the worst five counting."""
    left, parts = CAP, []
    for severity in SEVERITIES:
        found = sum(one.severity == severity for one in outcome.findings)
        counted = min(left, found)
        if counted:
            parts.append(Deduction(outcome.check, severity, WEIGHTS[severity], counted, found))
        left -= counted
    return parts


def _points(outcome: Outcome) -> int:
    return sum(WEIGHTS[finding.severity] for finding in outcome.findings)


def _read(path: Path) -> tuple[dict[str, str], dict[str, int], str]:
    """Return the header of a file, the line of each key, and the whole text, rendered."""
    file = SqlFile(path, str(path))
    text = file.text
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("--"):
            break
        match = re.fullmatch(r"-- ([a-z_]+): (\S.*)", line.rstrip())
        if match is None:
            raise _malformed(path, number, "a header line is not like '-- key: value'")
        key, value = match.groups()
        if key not in _KEYS:
            raise _malformed(path, number, f'"{key}" is none of {", ".join(_KEYS)}')
        values[key] = f"{values[key]} {value}" if key in values else value
        lines.setdefault(key, number)
    if not values:
        raise _malformed(path, 1, "the file has no header")
    return values, lines, template(file, {})


def _requirements(path: Path, line: int, text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        kind, _, value = name.partition(":")
        if not _REQUIREMENT.fullmatch(name) or (kind == "server" and not value.isdigit()):
            raise _malformed(path, line, f'nothing is known of the requirement "{name}"')
    return tuple(names)


def _refuse_equal_ids(found: list[Check]) -> None:
    seen: dict[str, Check] = {}
    for check in found:
        if check.id in seen:
            raise _malformed(check.path, 1, f"{seen[check.id].path.name} has the id {check.id} too")
        seen[check.id] = check


def _malformed(path: Path, line: int, complaint: str) -> Failure:
    return Failure(
        f"{path}:{line}: {complaint}",
        "A check begins with lines such as '-- severity: warning'; "
        "title, severity, why and fix are needed.",
        "Correct the header.",
    )


def _message(error: psycopg.Error) -> str:
    """Return the server's message and its code, in one line."""
    text = error.diag.message_primary or str(error).strip().split("\n")[0]
    return f"{text} ({error.sqlstate})" if error.sqlstate else text


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
