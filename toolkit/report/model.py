"""What a report is made of: facts, sections of figures, and the results of checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from toolkit import checks
from toolkit.report.values import kind_of, label


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
            Column(one, label(one), kind_of(one, [row[one] for row in rows])) for one in names
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
