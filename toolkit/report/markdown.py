"""The form in Markdown."""

from toolkit import __version__, checks
from toolkit.report.model import Report, Section
from toolkit.report.values import more, plural, show

# How many rows of a section and findings of a check are shown; JSON shows all.
ROWS = 30
FINDINGS = 20


def render(report: Report) -> str:
    out = [f"# {_escaped(report.title)}", ""]
    if report.letter:
        out += [f"**Grade {report.letter}** ({report.score:g} of 100)", ""]
    if report.facts:
        out += _table(["", ""], [[name, value] for name, value in report.facts.items()], "ll")
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
        out += ["## Areas", "", *_table(header, rows, "llrrrrl", raw={1})]
        out += [f"{report.rule} {report.arithmetic}".strip(), ""]
    for section in report.sections:
        if section.is_lead:
            out += _section(section)
    out += _findings(report)
    for section in report.sections:
        if not section.is_lead:
            out += _section(section)
    for status, heading in (("skipped", "Skipped"), ("passed", "Passed")):
        rows = [
            [one.check.id, one.check.title, one.reason or one.note]
            for one in report.results.having(status)
        ]
        if rows:
            out += [f"## {heading}", "", *_table(["check", "title", "remark"], rows, "lll")]
    stamp = f"{report.created_at:%Y-%m-%d %H:%M} UTC"
    return "\n".join([*out, f"mdt {__version__}, {stamp}"]) + "\n"


def _findings(report: Report) -> list[str]:
    results = report.results
    if not results.outcomes:
        return []
    ignored = report.counts["ignored"]
    summary = ", ".join(plural(results.count(one), one) for one in checks.SEVERITIES)
    summary += f"; {ignored} more ignored" if ignored else ""
    out = ["## Findings", "", f"{summary}.", ""]
    broken = [[one.check.id, one.check.title, one.reason] for one in results.having("error")]
    if broken:
        out += ["### Checks that failed themselves", ""]
        out += _table(["check", "title", "message"], broken, "lll")
    for outcome in results.failing:
        check = outcome.check
        out += [f"### {outcome.severity}: {check.id} {_escaped(check.title)}", ""]
        out += [f"Why: {_escaped(check.why)}. Fix: {_escaped(check.fix)}.", ""]
        shown = outcome.findings[:FINDINGS]
        rows = [[one.severity, one.subject, one.detail, one.fix_sql or ""] for one in shown]
        out += _table(["severity", "subject", "detail", "fix"], rows, "llll", code={1, 3})
        if len(outcome.findings) > len(shown):
            out += [more(len(outcome.findings) - len(shown), "json"), ""]
        if outcome.note:
            out += [_escaped(outcome.note), ""]
    return out


def _section(section: Section) -> list[str]:
    out = [f"## {_escaped(section.title)}", ""]
    if section.note:
        out += [f"{_escaped(section.note)}.", ""]
    if not section.rows:
        return [*out, "Nothing.", ""]
    shown = section.rows[:ROWS]
    rows = [[show(row[one.name], one.kind) for one in section.columns] for row in shown]
    align = "".join("r" if one.is_figure else "l" for one in section.columns)
    out += _table([one.label for one in section.columns], rows, align)
    if len(section.rows) > len(shown):
        out += [more(len(section.rows) - len(shown), "json"), ""]
    return out


def _table(
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
