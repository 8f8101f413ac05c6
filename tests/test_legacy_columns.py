"""docs/legacy-columns.md: what it names exists, and it leaves no column of the demo out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "legacy-columns.md"
SYSTEMS = {"ARCHVD": "archvd", "SoleFlip": "soleflip", "Tickered": "tickered"}
CODE = re.compile(r"`([^`]+)`")


def rows() -> Iterator[tuple[str, str, list[str], str]]:
    """Yield system, legacy table, its columns of a row, and what the row says of them."""
    system = table = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            system = SYSTEMS[line[3:]]
        elif line.startswith("### "):
            table = line[4:].strip("`")
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if len(cells) == 3:
                yield system, cells[0].strip("` "), CODE.findall(cells[1]), f"not taken: {cells[2]}"
            else:
                yield system, table, CODE.findall(cells[0]), cells[1]


def legacy_columns(system: str) -> Iterator[tuple[str, str]]:
    """Yield table and column of what the demo creates for a system."""
    text = (ROOT / "toolkit" / "demo" / "legacy" / f"tables_{system}.sql").read_text()
    for name, body in re.findall(r'^create table ([\w."]+) \(\n(.*?)^\)', text, re.M | re.S):
        for column in re.findall(r"^    (\w+) (?!key|\()", body, re.M):
            if column not in {"primary", "unique", "foreign", "check", "references", "on"}:
                yield name.replace('"', ""), column


def test_every_column_that_takes_one_is_installed(rolled_back):
    installed = {
        row[0]
        for row in rolled_back.execute(
            """
            select format('%s.%s', attrelid::regclass, attname) from pg_attribute
            where attnum > 0 and not attisdropped
            """
        )
    }
    tables = {name.rpartition(".")[0] for name in installed}
    missing = []
    for _, table, columns, text in rows():
        for target in CODE.findall(text):
            if text == f"`{target}`: the same names":
                missing += [f"{target}.{name}" for name in columns]
            elif target.count(".") == 2:
                missing.append(target)
            elif target.count(".") == 1 and not target.endswith(")") and target != "auth.users":
                assert target in tables, f"{table}: {target}"
    assert [name for name in missing if name not in installed] == []
    assert len(missing) > 1000


@pytest.mark.parametrize("system", sorted(SYSTEMS.values()))
def test_every_legacy_column_of_the_demo_is_mapped(system):
    mapped = {(table, column) for of, table, names, _ in rows() if of == system for column in names}
    columns = list(legacy_columns(system))
    assert len(columns) > 50
    assert [found for found in columns if found not in mapped] == []


def test_what_is_not_taken_says_why_and_no_column_is_mapped_twice():
    seen = set()
    for system, table, columns, text in rows():
        assert "`" in text or re.match(r"not taken: .{8}", text), f"{table}: {columns}"
        for column in columns:
            assert (system, table, column) not in seen, f"{table}.{column} stands there twice"
            seen.add((system, table, column))
