"""Reports: one model, and the four forms it takes (term, json, md, html).

A report is facts, sections of figures, and the results of checks with their grades. Values stay
as they are in the model; each form writes them in its own way.
"""

import json

from toolkit.report.document import as_json
from toolkit.report.files import form_of, write
from toolkit.report.model import Column, Report, Section
from toolkit.report.values import show

FORMATS = ("term", "json", "md", "html")


def render(report: Report, form: str, *, colour: bool = False) -> str:
    """Return a report in one of the four forms, with a line break at its end."""
    if form == "json":
        return json.dumps(as_json(report), indent=2, ensure_ascii=False) + "\n"
    if form == "md":
        from toolkit.report import markdown

        return markdown.render(report)
    if form == "html":
        from toolkit.report import page

        return page.render(report)
    from toolkit.report import terminal

    return terminal.render(report, colour)


__all__ = [
    "FORMATS",
    "Column",
    "Report",
    "Section",
    "as_json",
    "form_of",
    "render",
    "show",
    "write",
]
