"""What a database administrator should be told before a file runs: 55 rules, one registry.

Text rules are here; whoever finds a hazard by running a file or by the ledger reports it as the
same `Hazard`, made by `hazard(name, line, message)`.
"""

from collections.abc import Sequence
from dataclasses import replace

from toolkit.hazards import (
    columns,
    constraints,
    data,
    files,
    indexes,
    objects,
    relations,
    ways_back,
)
from toolkit.hazards.allow import Allow, read_allows
from toolkit.hazards.registry import (
    ACTION_CHECKS,
    ERROR,
    FILE_CHECKS,
    RULES,
    WARNING,
    Hazard,
    Rule,
    hazard,
)
from toolkit.hazards.scene import Context, Scene, kind_of
from toolkit.statements import Statement

__all__ = [
    "ERROR",
    "RULES",
    "WARNING",
    "Allow",
    "Context",
    "Hazard",
    "Rule",
    "find",
    "hazard",
    "kind_of",
    "mark",
    "misused_allows",
    "read_allows",
]
# Importing them registers their rules.
_MODULES = (columns, constraints, data, files, indexes, objects, relations, ways_back)


def find(statements: Sequence[Statement], context: Context) -> list[Hazard]:
    """Return the hazards in the statements of a file, by line; the allowed ones say why."""
    scene = Scene(statements, context)
    found = []
    for statement in statements:
        for action in statement.actions:
            for rule, check in ACTION_CHECKS.get(action.kind, ()):
                if context.kind in rule.files:
                    found += [hazard(rule.name, action.line, said) for said in check(action, scene)]
            scene.pass_by(action)
    for rule, file_check in FILE_CHECKS:
        if context.kind in rule.files:
            found += [hazard(rule.name, line, said) for line, said in file_check(scene)]
    found = list(dict.fromkeys(found))
    return mark(sorted(found, key=lambda one: (one.line, one.number)), context.allows)


def mark(found: Sequence[Hazard], allows: Sequence[Allow]) -> list[Hazard]:
    """Return the hazards with the reason of the header line that allows each, if one does."""
    reasons = {one.rule: one.reason for one in allows}
    return [replace(one, allowed_because=reasons.get(one.rule, "")) for one in found]


def misused_allows(
    allows: Sequence[Allow], found: Sequence[Hazard], *, traced: bool = False
) -> list[tuple[int, str]]:
    """Return (line, complaint) for each allow line that is wrong or no longer needed.

    found: all hazards of the file, those of another linter under its own names included.
    traced: the file was run too. Without that, a rule which running can find as well is not
    judged in a file with parts that cannot be read.
    """
    complaints = []
    rules = {one.rule for one in found}
    sure = traced or "unreadable_statement" not in rules
    seen: set[str] = set()
    for one in allows:
        if one.rule not in RULES and one.rule not in rules:
            complaints.append((one.line, f'there is no rule "{one.rule}" to allow'))
        elif not one.reason:
            complaints.append((one.line, f"{one.rule} is allowed without a reason"))
        elif one.rule in seen:
            complaints.append((one.line, f"{one.rule} is allowed twice"))
        elif one.rule not in rules and (sure or "trace" not in RULES[one.rule].found_by):
            complaints.append((one.line, f"{one.rule} is allowed, but nothing here needs it"))
        seen.add(one.rule)
    return complaints
