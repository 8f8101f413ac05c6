"""The form of one HTML page that needs nothing else."""

import re
from typing import Any

from toolkit import __version__, checks
from toolkit.report.model import Report
from toolkit.report.values import plural, show

# How many rows of a section and findings of a check are shown; JSON shows all.
ROWS = 200
FINDINGS = 200


def render(report: Report) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("toolkit", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plural"] = plural
    environment.filters["breakable"] = _breakable
    template = environment.get_template("report.html.j2")
    return (
        template.render(
            report=report,
            results=report.results,
            show=show,
            rows_shown=ROWS,
            findings_shown=FINDINGS,
            severities=checks.SEVERITIES,
            version=__version__,
        ).rstrip()
        + "\n"
    )


def _breakable(text: str) -> Any:
    """Return a name in HTML that may break after its dots and underscores."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped
