"""The safety rules: one registry for all that find hazards, by text, by running, in the ledger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from toolkit.hazards.scene import Scene
from toolkit.statements import Action

ERROR = "error"  # locks out an application, loses data, or fails
WARNING = "warning"  # will be regretted later
MIGRATION, ROLLBACK, OBJECT = "migration", "rollback", "object"
ActionCheck = Callable[[Action, Scene], Iterator[str]]
FileCheck = Callable[[Scene], Iterator[tuple[int, str]]]


@dataclass(frozen=True)
class Rule:
    """One safety rule. found_by: text, trace (running it), ledger or ci. files: kinds it reads."""

    number: int
    name: str
    severity: str
    why: str
    mend: str
    found_by: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Hazard:
    """One thing in a file that a rule warns of. allowed_because: the reason in its header."""

    rule: str
    number: int
    line: int
    severity: str
    message: str
    mend: str
    allowed_because: str = ""


RULES: dict[str, Rule] = {}
ACTION_CHECKS: dict[str, list[tuple[Rule, ActionCheck]]] = {}
FILE_CHECKS: list[tuple[Rule, FileCheck]] = []
_EVERY = (MIGRATION, ROLLBACK, OBJECT)


def _register(number: int, name: str, rule: Rule) -> None:
    if name in RULES or any(one.number == number for one in RULES.values()):
        raise ValueError(f"rule {number}, {name}, is there already")
    RULES[name] = rule


def on(
    number: int,
    name: str,
    *kinds: str,
    why: str,
    mend: str,
    severity: str = ERROR,
    found_by: tuple[str, ...] = ("text",),
    files: tuple[str, ...] = _EVERY,
) -> Callable[[ActionCheck], ActionCheck]:
    """Register a rule that looks at each action of the kinds; it yields what is wrong."""
    rule = Rule(number, name, severity, why, mend, found_by, files)
    _register(number, name, rule)

    def wrap(check: ActionCheck) -> ActionCheck:
        for kind in kinds:
            ACTION_CHECKS.setdefault(kind, []).append((rule, check))
        return check

    return wrap


def over(
    number: int,
    name: str,
    *,
    why: str,
    mend: str,
    severity: str = ERROR,
    found_by: tuple[str, ...] = ("text",),
    files: tuple[str, ...] = _EVERY,
) -> Callable[[FileCheck], FileCheck]:
    """Register a rule that looks at a whole file; it yields (line, what is wrong)."""
    rule = Rule(number, name, severity, why, mend, found_by, files)
    _register(number, name, rule)

    def wrap(check: FileCheck) -> FileCheck:
        FILE_CHECKS.append((rule, check))
        return check

    return wrap


def hazard(name: str, line: int, message: str) -> Hazard:
    """Return a finding of a rule, for whoever found it. Errors: KeyError for an unknown rule."""
    rule = RULES[name]
    return Hazard(rule.name, rule.number, line, rule.severity, message, rule.mend)
