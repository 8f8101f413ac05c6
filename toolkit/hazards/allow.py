"""The "-- allow: rule, reason" lines in the header of a file."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(r"--\s*allow:\s*(.*)$")
_MORE = re.compile(r"--\s{3,}(\S.*)$")


class Allow(NamedTuple):
    """One line that allows a hazard."""

    rule: str
    reason: str
    line: int


def read_allows(text: str) -> Iterator[Allow]:
    """Yield the allow lines at the top of a file; what is missing of one is empty.

    A comment line that is indented goes on with the reason of the line before it.
    """
    last: Allow | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("--"):
            break
        found, more = _LINE.match(line), _MORE.match(line)
        if last is not None and more and not found:
            last = last._replace(reason=f"{last.reason} {more[1]}".strip())
            continue
        if last is not None:
            yield last
        rule, _, reason = found[1].partition(",") if found else ("", "", "")
        last = Allow(rule.strip(), reason.strip(), number) if found else None
    if last is not None:
        yield last
