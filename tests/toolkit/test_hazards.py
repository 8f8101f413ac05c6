"""The safety rules: each has a file that breaks it and nothing else, and a file that is right."""

from pathlib import Path

import pytest

from toolkit import hazards, statements
from toolkit.hazards import RULES, Context
from toolkit.hazards.known import Known

CASES = Path(__file__).parent / "hazards"
FOLDERS = sorted(CASES.iterdir())


def find(folder: Path, which: str) -> list[hazards.Hazard]:
    """Return the hazards of a case's file, as the fifth migration after its before.sql."""
    known = Known()
    before = folder / "before.sql"
    if before.exists():
        for statement in statements.read(before.read_text()):
            known.learn(statement.actions)
    text = (folder / f"{which}.sql").read_text()
    back = folder / f"{which}.rollback.sql"
    rollback = statements.read(back.read_text()) if back.exists() else None
    context = Context.of(text, "migrations/0005_change_shop.sql", earlier=known, rollback=rollback)
    return hazards.find(statements.read(text), context)


def test_each_of_the_55_rules_has_its_files():
    numbers = {rule.number: rule.name for rule in RULES.values()}
    assert sorted(numbers) == list(range(1, 56))
    assert [folder.name for folder in FOLDERS] == [
        f"{number:02}_{numbers[number]}" for number in range(1, 56)
    ]
    for folder in FOLDERS:
        assert {"hazard.sql", "right.sql"} <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_hazard_breaks_its_rule_and_no_other(folder):
    found = find(folder, "hazard")
    assert {f"{one.number:02}_{one.rule}" for one in found} == {folder.name}
    assert not any(one.allowed_because for one in found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_right_breaks_no_rule(folder):
    found = find(folder, "right")
    assert [one for one in found if not one.allowed_because] == []
