"""Reports: one model, and the four forms it takes (term, json, md, html).

A report is facts, sections of figures, and the results of checks with their grades. Values stay
as they are in the model; each form writes them in its own way.
"""

import contextlib
import errno
import json
import os
import re
import stat
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from toolkit import __version__, checks
from toolkit.errors import MISUSED, Failure

FORMATS = ("term", "json", "md", "html")
SUFFIXES = {
    ".txt": "term",
    ".json": "json",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
}
WIDTH = 100
# How many rows of a section and findings of a check each form shows; json shows all.
ROWS = {"term": 10, "md": 30, "html": 200}
FINDINGS = {"term": 5, "md": 20, "html": 200}
STATUSES = {"ok": "ok", "warn": "warning", "fail": "failed"}
COLOURS = {
    "error": "red",
    "warning": "yellow",
    "info": "blue",
    "fail": "red",
    "warn": "yellow",
    "ok": "green",
}


@dataclass(frozen=True)
class Column:
    """A column of a section. kind: text, number, bytes, percent, time, boolean or status."""

    name: str
    label: str
    kind: str

    @property
    def is_figure(self) -> bool:
        """Whether its values stand at the right."""
        return self.kind in ("number", "bytes", "percent")


@dataclass
class Section:
    """A table of figures.

    name: its stable name in JSON. bar: the column that is drawn as a bar too. is_lead: shown
    before the findings. A column named status holds ok, warn or fail.
    """

    name: str
    title: str
    columns: list[Column] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    bar: str = ""
    is_lead: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        title: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        note: str = "",
        bar: str = "",
        is_lead: bool = False,
    ) -> "Section":
        """Make a section of rows as a query returns them.

        What a column holds follows from its name (_bytes, _percent, is_, status), else from
        its values.
        """
        names = list(rows[0]) if rows else []
        columns = [
            Column(one, _label(one), _kind(one, [row[one] for row in rows])) for one in names
        ]
        bar = bar if rows else ""
        return cls(name, title, columns, [dict(row) for row in rows], note, bar, is_lead)

    @property
    def worst(self) -> str:
        """The worst status among the rows, empty without a status column."""
        found = {row["status"] for row in self.rows if row.get("status")}
        return next((status for status in ("fail", "warn", "ok") if status in found), "")

    def share(self, row: Mapping[str, Any]) -> float:
        """Return the length of a row's bar, from 0 to 100: of 100 %, else of the longest."""
        kinds = {column.name: column.kind for column in self.columns}
        values = [float(one[self.bar] or 0) for one in self.rows]
        whole = 100.0 if kinds[self.bar] == "percent" else max(values, default=0.0)
        return min(100.0, 100 * float(row[self.bar] or 0) / whole) if whole > 0 else 0.0


@dataclass
class Report:
    """What a command found out, in the order in which it is told.

    kind: audit or health. facts: name and value of what the report is about.
    """

    kind: str
    title: str
    facts: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    results: checks.Results = field(default_factory=checks.Results)
    is_graded: bool = True
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def grades(self) -> list[checks.Grade]:
        """The graded areas, none where the report does not grade."""
        return checks.grades(self.results) if self.is_graded else []

    @property
    def score(self) -> float | None:
        """The mean of the areas."""
        return checks.overall(self.grades)

    @property
    def letter(self) -> str:
        """The letter of the mean, empty without one."""
        return "" if self.score is None else checks.letter(self.score)

    @property
    def arithmetic(self) -> str:
        """How the overall score comes about."""
        scores = [grade.score for grade in self.grades]
        if len(scores) < 2:
            return ""
        return f"({' + '.join(map(str, scores))}) / {len(scores)} = {self.score:g}"

    @property
    def rule(self) -> str:
        """How areas are graded, in a sentence or two."""
        weights = ", ".join(f"{points} per {name}" for name, points in checks.WEIGHTS.items())
        letters = ", ".join(f"{name} from {least}" for least, name in checks.LETTERS)
        return (
            f"An area starts at 100 and loses {weights}, of each check the worst {checks.CAP} "
            f"findings at most; an error caps it at {checks.BEST_WITH_ERROR}. {letters}, else F. "
            "Skipped checks neither add nor take."
        )

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity, checks by outcome, and the findings that were ignored."""
        return {
            **{severity: self.results.count(severity) for severity in checks.SEVERITIES},
            "passed": len(self.results.having("passed")),
            "skipped": len(self.results.having("skipped")),
            "broken": len(self.results.having("error")),
            "ignored": sum(outcome.ignored for outcome in self.results.outcomes),
        }


def render(report: Report, form: str, *, colour: bool = False) -> str:
    """Return a report in one of the four forms, with a line break at its end."""
    if form == "json":
        return json.dumps(as_json(report), indent=2, ensure_ascii=False) + "\n"
    if form == "md":
        return _markdown(report)
    if form == "html":
        return _html(report)
    return _terminal(report, colour)


def form_of(path: Path, default: str | None = None) -> str:
    """Return the form that a file's name asks for; a misuse when it does not say."""
    form = SUFFIXES.get(path.suffix.lower(), default)
    if form is None:
        raise Failure(
            f"cannot tell the format of '{path}'",
            f"Known endings are {', '.join(SUFFIXES)}.",
            "Choose such a name, or say --format.",
            MISUSED,
        )
    return form


_WRITE_HINTS = {
    errno.ENOENT: "Create the folder first.",
    errno.ENOSPC: "Free some space, or name a file elsewhere with --out.",
    errno.EDQUOT: "Free some space, or name a file elsewhere with --out.",
}


def as_json(report: Report) -> dict[str, Any]:
    """Return the document that --json prints; its keys are a contract.

    grade is null without a graded area. findings, areas, sections, passed, skipped and broken are
    lists, empty where there is nothing. A finding's key stays the same from one run to the next.
    """
    results = report.results
    score = report.score
    return {
        "report": report.kind,
        "format_version": 1,
        "toolkit_version": __version__,
        "title": report.title,
        "created_at": report.created_at.isoformat(timespec="seconds"),
        "facts": report.facts,
        "grade": None
        if score is None
        else {"letter": report.letter, "score": score, "arithmetic": report.arithmetic},
        "counts": report.counts,
        "areas": [
            {
                "area": grade.area,
                "letter": grade.letter,
                "score": grade.score,
                "arithmetic": grade.arithmetic,
                "passed": grade.passed,
                "failed": grade.failed,
                "skipped": grade.skipped,
                "deductions": [
                    {
                        "id": part.check.id,
                        "severity": part.severity,
                        "weight": part.weight,
                        "counted": part.counted,
                        "found": part.found,
                    }
                    for part in grade.deductions
                ],
            }
            for grade in report.grades
        ],
        "findings": [
            {
                "key": finding.key,
                "id": finding.check.id,
                "check": finding.check.name,
                "area": finding.check.area,
                "severity": finding.severity,
                "title": finding.check.title,
                "subject": finding.subject,
                "detail": finding.detail,
                "why": finding.check.why,
                "fix": finding.check.fix,
                "fix_sql": finding.fix_sql,
                "undo_sql": finding.undo_sql,
            }
            for finding in results.findings
        ],
        "passed": [{**_named(one), "note": one.note or None} for one in results.having("passed")],
        "skipped": [{**_named(one), "reason": one.reason} for one in results.having("skipped")],
        "broken": [{**_named(one), "message": one.reason} for one in results.having("error")],
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "note": section.note or None,
                "columns": [
                    {"name": column.name, "label": column.label, "kind": column.kind}
                    for column in section.columns
                ],
                "rows": [
                    {name: _plain(value) for name, value in row.items()} for row in section.rows
                ],
            }
            for section in report.sections
        ],
    }


def write(path: Path, text: str) -> None:
    """Write a report to a file: whole, or not at all, in which case an older one stays.

    A symbolic link keeps pointing where it does; a device or pipe is written to as it is.
    Errors: one Failure, whatever the operating system objects to.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and stat.S_ISDIR(mode):
            raise Failure(f"cannot write '{path}': it is a folder", hint="Name a file in it.")
        if mode is not None and not stat.S_ISREG(mode):
            target.write_text(text, encoding="utf-8")
            return
        _replace(target, text, 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode))
    except OSError as error:
        hint = _WRITE_HINTS.get(error.errno or 0, "Name a file elsewhere with --out.")
        raise Failure(f"cannot write '{path}': {error.strerror or error}", hint=hint) from error


def show(value: Any, kind: str) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "-"
    if kind == "bytes":
        return _size(float(value))
    if kind == "percent":
        return f"{float(value):.1f} %"
    if kind == "number":
        return f"{value:,}" if isinstance(value, int) else f"{float(value):,.10g}"
    if kind == "boolean":
        return "yes" if value else "no"
    if kind == "status":
        return STATUSES.get(str(value), str(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, timedelta):
        return str(timedelta(seconds=round(value.total_seconds())))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _replace(target: Path, text: str, mode: int) -> None:
    """Write beside the target and rename, so that no reader ever sees half a file."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _named(outcome: checks.Outcome) -> dict[str, str]:
    check = outcome.check
    return {"id": check.id, "check": check.name, "area": check.area, "title": check.title}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: times as ISO 8601, exact numbers as numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | int | float | bool | dict):
        return value
    return str(value)


def _label(name: str) -> str:
    words = name.split("_")
    if words[0] in ("is", "has"):
        words = words[1:]
    elif len(words) > 1 and words[-1] in ("bytes", "percent", "name", "names"):
        words = words[:-1]
    return " ".join(words)


def _kind(name: str, values: Sequence[Any]) -> str:
    if name == "status":
        return "status"
    if name.startswith(("is_", "has_")):
        return "boolean"
    if name.endswith(("_bytes", "_percent")):
        return name.rsplit("_", 1)[-1]
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "boolean"
    if known and all(isinstance(value, int | float | Decimal) for value in known):
        return "number"
    if known and all(isinstance(value, datetime | date) for value in known):
        return "time"
    return "text"


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1024:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} TB"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _more(count: int, form: str) -> str:
    return f"... and {count} more, see --format {form}"


# The terminal


def _terminal(report: Report, colour: bool) -> str:
    from click import style

    def paint(text: str, name: str) -> str:
        return style(text, fg=COLOURS.get(name), bold=True) if colour else text

    out: list[str] = []
    verdict = f"Grade {report.letter} ({report.score:g} of 100)" if report.letter else ""
    out += [f"{report.title}{verdict:>{max(1, WIDTH - len(report.title))}}".rstrip(), ""]
    width = max((len(name) for name in report.facts), default=0)
    out += [f"  {name:<{width}}  {value}" for name, value in report.facts.items()]
    out += _terminal_grades(report)
    for section in report.sections:
        if section.is_lead:
            out += _terminal_section(section, paint)
    out += _terminal_findings(report, paint)
    for section in report.sections:
        if not section.is_lead:
            out += _terminal_section(section, paint)
    skipped = report.results.having("skipped")
    out += ["", f"Skipped ({len(skipped)})"] if skipped else []
    for outcome in skipped:
        text = f"{outcome.check.title}: {outcome.reason}"
        out += _wrapped(text, f"  {outcome.check.id:<8}", " " * 10)
    passed = report.results.having("passed")
    out += ["", f"Passed ({len(passed)})"] if passed else []
    for area in dict.fromkeys(outcome.check.area for outcome in passed):
        names = " ".join(outcome.check.id for outcome in passed if outcome.check.area == area)
        out += _wrapped(names, f"  {area:<14}", " " * 16)
    return "\n".join(out) + "\n"


def _terminal_grades(report: Report) -> list[str]:
    if not report.grades:
        return []
    rows = [
        [
            grade.area,
            grade.letter,
            str(grade.score),
            str(grade.passed),
            str(grade.failed),
            str(grade.skipped),
        ]
        for grade in report.grades
    ]
    out = ["", "Areas"]
    out += _aligned(["area", "grade", "score", "passed", "failed", "skipped"], rows, "llrrrr")
    out += [""]
    for grade in report.grades:
        out += _wrapped(grade.arithmetic, f"  {grade.area:<14}", " " * 16)
    if report.arithmetic:
        out += _wrapped(report.arithmetic, f"  {'overall':<14}", " " * 16)
    return [*out, *_wrapped(report.rule, "  ", "  ")]


def _terminal_findings(report: Report, paint: Any) -> list[str]:
    counts, out = report.counts, []
    for outcome in report.results.having("error"):
        out += ["", paint("broken", "error") + f"   {outcome.check.id}  {outcome.check.title}"]
        out += _wrapped(f"The check itself failed: {outcome.reason}", " " * 9, " " * 9)
    if report.results.outcomes:
        summary = ", ".join(_plural(counts[severity], severity) for severity in checks.SEVERITIES)
        summary += f"; {counts['ignored']} more ignored" if counts["ignored"] else ""
        out = ["", f"Findings ({summary})", *out]
    for outcome in report.results.failing:
        check = outcome.check
        found = _plural(len(outcome.findings), "finding")
        heading = _wrapped(
            f"{check.title} ({check.area}, {found})",
            f"{outcome.severity:<9}{check.id:<8}",
            " " * 17,
        )
        heading[0] = paint(outcome.severity, outcome.severity) + heading[0][len(outcome.severity) :]
        out += ["", *heading]
        out += _wrapped(f"why: {check.why}", " " * 9, " " * 14)
        for finding in outcome.findings[: FINDINGS["term"]]:
            mark = "" if finding.severity == outcome.severity else f"{finding.severity}: "
            text = f"{mark}{finding.subject}" + (f": {finding.detail}" if finding.detail else "")
            out += _wrapped(text, " " * 9 + "- ", " " * 11)
        if len(outcome.findings) > FINDINGS["term"]:
            out.append(" " * 11 + _more(len(outcome.findings) - FINDINGS["term"], "json"))
        if outcome.note:
            out += _wrapped(outcome.note, " " * 11, " " * 11)
        out += _wrapped(f"fix: {check.fix}", " " * 9, " " * 14)
        statement = next((one.fix_sql for one in outcome.findings if one.fix_sql), None)
        if statement:
            out += _wrapped(statement, " " * 14, " " * 18)
    return out


def _terminal_section(section: Section, paint: Any) -> list[str]:
    out = ["", section.title + (f" ({section.note})" if section.note else "")]
    if not section.rows:
        return [*out, "  nothing"]
    shown = section.rows[: ROWS["term"]]
    rows = [[show(row[one.name], one.kind) for one in section.columns] for row in shown]
    header = [column.label for column in section.columns]
    align = "".join("r" if column.is_figure else "l" for column in section.columns)
    if section.bar:
        for row, values in zip(shown, rows, strict=True):
            values.append("#" * round(section.share(row) / 10))
        header, align = [*header, ""], align + "l"
    lines = _aligned(header, rows, align)
    for place, row in enumerate(shown, start=len(lines) - len(shown)):
        status = str(row.get("status") or "")
        if status in ("warn", "fail"):
            lines[place] = paint(lines[place], status)
    if len(section.rows) > len(shown):
        lines.append(f"  {_more(len(section.rows) - len(shown), 'json')}")
    return [*out, *lines]


def _aligned(header: list[str], rows: list[list[str]], align: str) -> list[str]:
    """Return lines of at most WIDTH columns: header words go below each other, text gives way."""
    words = [name.split() or [""] for name in header]
    height = max(len(one) for one in words)
    table = [
        [one[line - height + len(one)] if line >= height - len(one) else "" for one in words]
        for line in range(height)
    ]
    table += rows
    widths = [max(len(row[place]) for row in table) for place in range(len(header))]
    while sum(widths) + 2 * len(widths) > WIDTH and max(widths) > 1:
        texts = [
            place for place in range(len(widths)) if align[place] == "l" and widths[place] > 12
        ]
        widest = max(texts or range(len(widths)), key=lambda place: widths[place])
        widths[widest] -= 1
    lines = []
    for row in table:
        cells = [
            f"{_cut(cell, width):{'>' if side == 'r' else '<'}{width}}"
            for cell, width, side in zip(row, widths, align, strict=True)
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def _cut(text: str, width: int) -> str:
    """Return text in the given width; the middle goes, since names differ at both ends."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    if width < 8:
        return text[:width]
    head = (width - 3) // 3
    return f"{text[:head]}...{text[-(width - 3 - head) :]}"


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


# Markdown


def _markdown(report: Report) -> str:
    out = [f"# {_escaped(report.title)}", ""]
    if report.letter:
        out += [f"**Grade {report.letter}** ({report.score:g} of 100)", ""]
    if report.facts:
        out += _md_table(["", ""], [[name, value] for name, value in report.facts.items()], "ll")
    if report.grades:
        rows = [
            [
                one.area,
                f"**{one.letter}**",
                str(one.score),
                str(one.passed),
                str(one.failed),
                str(one.skipped),
                one.arithmetic,
            ]
            for one in report.grades
        ]
        header = ["area", "grade", "score", "passed", "failed", "skipped", "arithmetic"]
        out += ["## Areas", "", *_md_table(header, rows, "llrrrrl", raw={1})]
        out += [f"{report.rule} {report.arithmetic}".strip(), ""]
    for section in report.sections:
        if section.is_lead:
            out += _md_section(section)
    out += _md_findings(report)
    for section in report.sections:
        if not section.is_lead:
            out += _md_section(section)
    for status, heading in (("skipped", "Skipped"), ("passed", "Passed")):
        rows = [
            [one.check.id, one.check.title, one.reason or one.note]
            for one in report.results.having(status)
        ]
        if rows:
            out += [f"## {heading}", "", *_md_table(["check", "title", "remark"], rows, "lll")]
    stamp = f"{report.created_at:%Y-%m-%d %H:%M} UTC"
    return "\n".join([*out, f"mdt {__version__}, {stamp}"]) + "\n"


def _md_findings(report: Report) -> list[str]:
    results = report.results
    if not results.outcomes:
        return []
    ignored = report.counts["ignored"]
    summary = ", ".join(_plural(results.count(one), one) for one in checks.SEVERITIES)
    summary += f"; {ignored} more ignored" if ignored else ""
    out = ["## Findings", "", f"{summary}.", ""]
    broken = [[one.check.id, one.check.title, one.reason] for one in results.having("error")]
    if broken:
        out += ["### Checks that failed themselves", ""]
        out += _md_table(["check", "title", "message"], broken, "lll")
    for outcome in results.failing:
        check = outcome.check
        out += [f"### {outcome.severity}: {check.id} {_escaped(check.title)}", ""]
        out += [f"Why: {_escaped(check.why)}. Fix: {_escaped(check.fix)}.", ""]
        shown = outcome.findings[: FINDINGS["md"]]
        rows = [[one.severity, one.subject, one.detail, one.fix_sql or ""] for one in shown]
        out += _md_table(["severity", "subject", "detail", "fix"], rows, "llll", code={1, 3})
        if len(outcome.findings) > len(shown):
            out += [_more(len(outcome.findings) - len(shown), "json"), ""]
        if outcome.note:
            out += [_escaped(outcome.note), ""]
    return out


def _md_section(section: Section) -> list[str]:
    out = [f"## {_escaped(section.title)}", ""]
    if section.note:
        out += [f"{_escaped(section.note)}.", ""]
    if not section.rows:
        return [*out, "Nothing.", ""]
    shown = section.rows[: ROWS["md"]]
    rows = [[show(row[one.name], one.kind) for one in section.columns] for row in shown]
    align = "".join("r" if one.is_figure else "l" for one in section.columns)
    out += _md_table([one.label for one in section.columns], rows, align)
    if len(section.rows) > len(shown):
        out += [_more(len(section.rows) - len(shown), "json"), ""]
    return out


def _md_table(
    header: list[str],
    rows: list[list[str]],
    align: str,
    *,
    code: frozenset[int] | set[int] = frozenset(),
    raw: frozenset[int] | set[int] = frozenset(),
) -> list[str]:
    lines = [
        f"| {' | '.join(header)} |",
        "".join("| ---: " if side == "r" else "| --- " for side in align) + "|",
    ]
    for row in rows:
        cells = [
            cell if place in raw else _code(cell) if place in code else _escaped(cell)
            for place, cell in enumerate(row)
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _escaped(text: str) -> str:
    """Return text that Markdown shows as it is, in one line."""
    text = " ".join(text.split()).replace("\\", "\\\\").replace("&", "&amp;")
    for mark in "|*_`[]":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    """Return text as code in a cell, where a bar ends the cell even inside back quotes."""
    text = " ".join(text.split()).replace("|", "\\|")
    if not text:
        return ""
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


# HTML


def _breakable(text: str) -> Any:
    """Return a name in HTML that may break after its dots and underscores."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped


def _html(report: Report) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("toolkit", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plural"] = _plural
    environment.filters["breakable"] = _breakable
    template = environment.get_template("report.html.j2")
    return (
        template.render(
            report=report,
            results=report.results,
            show=show,
            rows_shown=ROWS["html"],
            findings_shown=FINDINGS["html"],
            severities=checks.SEVERITIES,
            version=__version__,
        ).rstrip()
        + "\n"
    )
