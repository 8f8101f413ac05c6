"""The form for a terminal."""

import textwrap
from typing import Any

from toolkit import checks
from toolkit.report.model import Report, Section
from toolkit.report.values import more, plural, show

WIDTH = 100
# How many rows of a section and findings of a check are shown; JSON shows all.
ROWS = 10
FINDINGS = 5
COLOURS = {
    "error": "red",
    "warning": "yellow",
    "info": "blue",
    "fail": "red",
    "warn": "yellow",
    "ok": "green",
}


def render(report: Report, colour: bool) -> str:
    from click import style

    def paint(text: str, name: str) -> str:
        return style(text, fg=COLOURS.get(name), bold=True) if colour else text

    out: list[str] = []
    verdict = f"Grade {report.letter} ({report.score:g} of 100)" if report.letter else ""
    out += [f"{report.title}{verdict:>{max(1, WIDTH - len(report.title))}}".rstrip(), ""]
    width = max((len(name) for name in report.facts), default=0)
    out += [f"  {name:<{width}}  {value}" for name, value in report.facts.items()]
    out += _grades(report)
    for section in report.sections:
        if section.is_lead:
            out += _section(section, paint)
    out += _findings(report, paint)
    for section in report.sections:
        if not section.is_lead:
            out += _section(section, paint)
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


def _grades(report: Report) -> list[str]:
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


def _findings(report: Report, paint: Any) -> list[str]:
    counts, out = report.counts, []
    for outcome in report.results.having("error"):
        out += ["", paint("broken", "error") + f"   {outcome.check.id}  {outcome.check.title}"]
        out += _wrapped(f"The check itself failed: {outcome.reason}", " " * 9, " " * 9)
    if report.results.outcomes:
        summary = ", ".join(plural(counts[severity], severity) for severity in checks.SEVERITIES)
        summary += f"; {counts['ignored']} more ignored" if counts["ignored"] else ""
        out = ["", f"Findings ({summary})", *out]
    for outcome in report.results.failing:
        check = outcome.check
        found = plural(len(outcome.findings), "finding")
        heading = _wrapped(
            f"{check.title} ({check.area}, {found})",
            f"{outcome.severity:<9}{check.id:<8}",
            " " * 17,
        )
        heading[0] = paint(outcome.severity, outcome.severity) + heading[0][len(outcome.severity) :]
        out += ["", *heading]
        out += _wrapped(f"why: {check.why}", " " * 9, " " * 14)
        for finding in outcome.findings[:FINDINGS]:
            mark = "" if finding.severity == outcome.severity else f"{finding.severity}: "
            text = f"{mark}{finding.subject}" + (f": {finding.detail}" if finding.detail else "")
            out += _wrapped(text, " " * 9 + "- ", " " * 11)
        if len(outcome.findings) > FINDINGS:
            out.append(" " * 11 + more(len(outcome.findings) - FINDINGS, "json"))
        if outcome.note:
            out += _wrapped(outcome.note, " " * 11, " " * 11)
        out += _wrapped(f"fix: {check.fix}", " " * 9, " " * 14)
        statement = next((one.fix_sql for one in outcome.findings if one.fix_sql), None)
        if statement:
            out += _wrapped(statement, " " * 14, " " * 18)
    return out


def _section(section: Section, paint: Any) -> list[str]:
    out = ["", section.title + (f" ({section.note})" if section.note else "")]
    if not section.rows:
        return [*out, "  nothing"]
    shown = section.rows[:ROWS]
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
        lines.append(f"  {more(len(section.rows) - len(shown), 'json')}")
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
