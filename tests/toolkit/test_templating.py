"""Templates: hostile values stay values, and what a template uses can be seen."""

import json
from pathlib import Path

import psycopg
import pytest

from toolkit.errors import FAILED, Failure
from toolkit.project import Project, SqlFile
from toolkit.templating import (
    expand,
    quote_identifier,
    quote_literal,
    quote_qualified,
    variables_used,
)

HOSTILE = [
    "plain",
    "Robert'); drop table students; --",
    'a"b""c',
    "it's \\' an E'x' \\",
    "\\",
    "$$ $tag$ begin",
    "/* comment",
    "line\nend\ttab\r",
    "{{ other }} {% raw %}",
    "größe ☃ 🐘",
    "%s %(name)s {}",
    "'",
    '"',
    " ",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("conforming", ["on", "off"])
def test_a_hostile_value_is_a_literal_and_nothing_else(empty_db, value, conforming):
    empty_db.execute(f"set standard_conforming_strings = {conforming}")
    text = expand("select {{ value | literal }} as one", "x.sql", {"value": value})
    assert empty_db.execute(text).fetchall() == [(value,)]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_a_name_and_nothing_else(empty_db, value):
    text = expand(
        "create table {{ table | identifier }} ({{ table | identifier }} int)",
        "x.sql",
        {"table": value},
    )
    empty_db.execute(text)
    assert empty_db.execute(
        "select relname::text from pg_class where relname = %s", [value]
    ).fetchall() == [(value,)]


def test_a_qualified_name_is_quoted_part_by_part(empty_db):
    empty_db.execute('create schema "a""b"; create table "a""b"."c.d" (id int)')
    for value in (['a"b', "c.d"], ("a'b".replace("'", '"'), "c.d")):
        empty_db.execute(f"select * from {quote_qualified(value)}")
    assert quote_qualified("shop.shelves") == '"shop"."shelves"'
    assert quote_qualified("shelves") == '"shelves"'


@pytest.mark.parametrize("value", ["", "x" * 64, "ä" * 32, "a\0b"])
def test_what_cannot_be_a_name_is_refused(value):
    with pytest.raises(Failure, match="cannot be a name"):
        quote_identifier(value)
    with pytest.raises(Failure, match="cannot be a name"):
        quote_qualified(["shop", value])


def test_a_zero_byte_is_refused_as_a_value():
    with pytest.raises(Failure, match="cannot be a text"):
        quote_literal("a\0b")


@pytest.mark.parametrize(
    "text", ["{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{{ none.x }}", "{{ '' | identifier }}", "{% if %}"]
)
def test_whatever_goes_wrong_in_a_template_is_told_with_its_name(text):
    with pytest.raises(Failure, match=r"^x\.sql:"):
        expand(text, "x.sql", {})


@pytest.fixture
def file(tmp_path: Path) -> SqlFile:
    (tmp_path / "mdt.toml").write_text('[variables]\nfirst_year = 2020\nunused = "x"\n')
    path = tmp_path / "years.sql"
    path.write_text(
        "-- template: jinja\n{% for year in range(first_year, last_year) %}"
        "select {{ year }};\n{% endfor %}"
    )
    return SqlFile(path, "years.sql")


def test_the_variables_of_a_template_are_listed_with_their_source(file):
    found = variables_used(file, Project(file.path.parent))
    assert [(one.name, one.value) for one in found] == [("first_year", 2020), ("last_year", None)]
    assert found[0].source.endswith("mdt.toml")
    assert found[1].source == ""


def test_render_lists_variables_and_says_which_has_no_value(file, mdt):
    shown = mdt("render", file.path, "--variables", cwd=file.path.parent)
    assert shown.returncode == FAILED
    assert "first_year" in shown.stdout
    assert "2020" in shown.stdout
    assert "last_year                has no value" in shown.stdout
    (file.path.parent / "mdt.toml").write_text("[variables]\nfirst_year = 1\nlast_year = 3\n")
    document = mdt("--json", "render", file.path, "--variables", cwd=file.path.parent)
    assert document.returncode == 0
    assert [one["name"] for one in json.loads(document.stdout)["variables"]] == [
        "first_year",
        "last_year",
    ]
    rendered = mdt("render", file.path, cwd=file.path.parent)
    assert rendered.stdout == "-- template: jinja\nselect 1;\nselect 2;\n"


def test_a_file_that_is_no_template_uses_no_variables(tmp_path, mdt):
    (tmp_path / "plain.sql").write_text("select '{{ x }}';\n")
    shown = mdt("render", "plain.sql", "--variables", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (0, "no variables\n")


def test_the_server_quotes_names_in_the_same_way(empty_db: psycopg.Connection):
    for value in HOSTILE:
        assert empty_db.execute("select parse_ident(%s)", [quote_identifier(value)]).fetchone() == (
            [value],
        )
