"""The "-- allow: rule, reason" lines in the header of a file."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(r"--\s*allow:\s*(.*)$")


class Allow(NamedTuple):
    """One line that allows a hazard."""

    rule: str
    reason: str
    line: int


def read_allows(text: str) -> Iterator[Allow]:
    """Yield the allow lines at the top of a file; what is missing of one is empty."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("--"):
            return
        found = _LINE.match(line)
        if found:
            rule, _, reason = found[1].partition(",")
            yield Allow(rule.strip(), reason.strip(), number)
