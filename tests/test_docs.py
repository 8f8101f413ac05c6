"""The generated reference, and the links of the pages."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def generator(name: str = "generate") -> ModuleType:
    """Import a module of docs/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_make_docs_would_write(db: Any) -> None:
    generate = generator()
    assert generate.PAGE.read_text(encoding="utf-8") == generate.page(db), "run 'make docs'"


def test_the_safety_rules_are_what_make_docs_would_write() -> None:
    generate = generator()
    written = generate.SAFETY_PAGE.read_text(encoding="utf-8")
    assert written == generate.safety_rules(), "run 'make docs'"


def test_the_size_charts_are_what_make_docs_would_write(db: Any) -> None:
    charts = generator("size_charts")
    assert charts.PAGE.read_text(encoding="utf-8") == charts.page(db), "run 'make docs'"


def test_the_diagrams_are_what_make_docs_would_write(db: Any) -> None:
    diagrams = generator("diagrams")
    assert diagrams.PAGE.read_text(encoding="utf-8") == diagrams.page(db), "run 'make docs'"


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_page_of_the_documentation_is_linked_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"(docs/{page.name})" in text
