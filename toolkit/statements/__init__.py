"""What SQL statements do: read from our own tokens, without asking a server."""

from toolkit.statements.effects import (
    MODES,
    Lock,
    destroys,
    lock,
    locks,
    overwrites,
    rewrites,
    scans,
)
from toolkit.statements.model import Action, Column, Constraint, Statement
from toolkit.statements.reader import read

__all__ = [
    "MODES",
    "Action",
    "Column",
    "Constraint",
    "Lock",
    "Statement",
    "destroys",
    "lock",
    "locks",
    "overwrites",
    "read",
    "rewrites",
    "scans",
]
