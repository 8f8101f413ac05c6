"""Modes of locks: how strong they are, whom they stop, and which exclude each other."""

import re

from toolkit.statements.effects import MODES

# What applications notice of a lock; weaker ones stop other changes of the schema at most.
STOPS = {
    "share": "writes",
    "share row exclusive": "writes",
    "exclusive": "writes",
    "access exclusive": "reads and writes",
}
# The weakest mode that each mode excludes; it excludes all stronger ones too.
EXCLUDES_FROM = {
    "access share": "access exclusive",
    "row share": "exclusive",
    "row exclusive": "share",
    "share update exclusive": "share update exclusive",
    "share": "row exclusive",
    "share row exclusive": "row exclusive",
    "exclusive": "row share",
    "access exclusive": "access share",
}


def excludes(wanted: str, held: str) -> bool:
    """Tell whether a lock that is held keeps another session from getting the wanted one."""
    if (wanted, held) == ("share", "share"):
        return False
    return MODES.index(held) >= MODES.index(EXCLUDES_FROM[wanted])


def stronger(one: str, other: str) -> str:
    """Return the stronger of two modes; empty is none."""
    return max(one, other, key=lambda mode: MODES.index(mode) if mode else -1)


def as_written(mode: str) -> str:
    """Return a mode of pg_locks as LOCK TABLE spells it: AccessShareLock is "access share"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode.removesuffix("Lock")).lower()
