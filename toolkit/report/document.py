"""The JSON form of a report."""

from typing import Any

from toolkit import __version__, checks
from toolkit.report.model import Report
from toolkit.report.values import plain


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
                    {name: plain(value) for name, value in row.items()} for row in section.rows
                ],
            }
            for section in report.sections
        ],
    }


def _named(outcome: checks.Outcome) -> dict[str, str]:
    check = outcome.check
    return {"id": check.id, "check": check.name, "area": check.area, "title": check.title}
