"""Rendering: every schema name is found, nothing else is touched, and templates are strict."""

from pathlib import Path

import pytest

from toolkit.errors import Failure
from toolkit.project import SCHEMAS, Project, SqlFile, files_root
from toolkit.render import map_schemas, render, unseen
from toolkit.templating import quote_identifier, quote_literal, template

ROOT = files_root()
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for folder in ("migrations", "sql", "checks")
    for path in sorted((ROOT / folder).rglob("*.sql"))
}
SUFFIXED = {name: f"{name}_v2" for name in SCHEMAS}
# The checks of an audit name the schemas of other people's databases.
OURS = [name for name in FILES if not name.startswith("checks/audit/")]


def mapped(text: str) -> str:
    return map_schemas(text, SUFFIXED)


def complaints(text: str) -> list[str]:
    return [complaint for _, complaint in unseen(text)]


@pytest.fixture
def sql_file(tmp_path):
    """Return a function that makes a SqlFile of a text."""

    def make(text: str) -> SqlFile:
        path = tmp_path / "file.sql"
        path.write_text(text, encoding="utf-8")
        return SqlFile(path, "sql/core/functions/file.sql")

    return make


# -- what is mapped ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select * from core.brands", "select * from core_v2.brands"),
        ("select * from Core . brands", "select * from core_v2 . brands"),
        ("select products.products.id", "select products_v2.products.id"),
        ("from products.products as product", "from products_v2.products as product"),
        ('select "products"."products"."id"', 'select "products_v2"."products"."id"'),
        ("perform system.f(sync.g())", "perform system_v2.f(sync_v2.g())"),
        ("p_row integration.catalogue_entry", "p_row integration_v2.catalogue_entry"),
        ("select x::core.kind[]", "select x::core_v2.kind[]"),
        ("create trigger t before insert on core.t", "create trigger t before insert on core_v2.t"),
        ("comment on column core.brands.id is ''", "comment on column core_v2.brands.id is ''"),
        ("collate core.german", "collate core_v2.german"),
        ("operator(core.+)", "operator(core_v2.+)"),
    ],
)
def test_a_qualifier_is_mapped(text, expected):
    assert mapped(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create schema core;", "create schema core_v2;"),
        ("create schema if not exists core;", "create schema if not exists core_v2;"),
        ('create schema "core";', 'create schema "core_v2";'),
        ("drop schema if exists core, sync;", "drop schema if exists core_v2, sync_v2;"),
        ("comment on schema core is 'core';", "comment on schema core_v2 is 'core';"),
        (
            "grant usage on schema core, api to auth;",
            "grant usage on schema core_v2, api_v2 to auth;",
        ),
        ("grant select on all tables in schema core to x", None),
        ("alter table core.t set schema archive;", "alter table core_v2.t set schema archive_v2;"),
        ("alter schema core rename to old;", "alter schema core_v2 rename to old;"),
        ("set search_path to core, pg_temp;", "set search_path to core_v2, pg_temp;"),
        (
            "set search_path = pg_catalog, core, pg_temp",
            "set search_path = pg_catalog, core_v2, pg_temp",
        ),
        ("set search_path to 'core', \"sync\"", "set search_path to 'core_v2', \"sync_v2\""),
        ("set local search_path = core;", "set local search_path = core_v2;"),
        ("set search_path from current as core", "set search_path from current as core"),
        ("select schema, core, sync from t", "select schema, core, sync from t"),
    ],
)
def test_a_schema_in_a_list_of_schemas_is_mapped(text, expected):
    assert mapped(text) == (expected or text.replace("core", "core_v2"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'integration.prices'::regclass", "'integration_v2.prices'::regclass"),
        ("E'integration.prices'", "E'integration_v2.prices'"),
        ('\'"products"."variants"\'::regclass', '\'"products_v2"."variants"\'::regclass'),
        ("'core'::regnamespace", "'core_v2'::regnamespace"),
        (
            "format('select core.%I(%L, sync.f())', a, b)",
            "format('select core_v2.%I(%L, sync_v2.f())', a, b)",
        ),
        ("comment on table t is 'See core.brands.'", "comment on table t is 'See core_v2.brands.'"),
        ("execute 'call system.f()'", "execute 'call system_v2.f()'"),
        ("'core.a,sync.b (api.c)'", "'core_v2.a,sync_v2.b (api_v2.c)'"),
        ("'it''s core.brands'", "'it''s core_v2.brands'"),
    ],
)
def test_a_schema_in_a_string_is_mapped(text, expected):
    assert mapped(text) == expected


def test_dollar_quoted_bodies_are_mapped_to_any_depth():
    text = """create function core.f() returns void set search_path = core, pg_temp as $f$
begin
    perform sync.g();
    execute $q$ select api.h($s$ 'system.i' $s$) $q$;
end; $f$;"""
    assert mapped(text) == text.replace("core", "core_v2").replace("sync.", "sync_v2.").replace(
        "api.", "api_v2."
    ).replace("system.", "system_v2.")


def test_a_dollar_quoted_text_that_is_no_sql_is_mapped_like_a_string():
    text = "comment on table core.t is $$Don't read core.t; read sync.t, see /* there.$$"
    assert mapped(text) == text.replace("core.", "core_v2.").replace("sync.", "sync_v2.")


@pytest.mark.parametrize(
    "text",
    [
        "select t.core, t.products.id from t",
        "select core_other.x, mycore.y, cores.z",
        "-- core.brands\n/* sync.jobs */ select 1",
        "'https://api.stockx.com/products.json'",
        "'mail@core.example'",
        '\'{"products.count": 1, "core": 2}\'',
        "'my-core.x $core.y a.core.z'",
        "'A product is core. Others are not.'",
        "payload -> 'products' ->> 'api'",
        "legacy.core.x",
        "'core'",
    ],
)
def test_what_is_no_schema_stays(text):
    assert mapped(text) == text


def test_a_legacy_schema_is_its_plain_name_unless_a_map_says_more():
    text = "select * from legacy_products.products as old, 'legacy_public.t'::regclass"
    assert mapped(text) == "select * from products.products as old, 'public.t'::regclass"
    moved = {"legacy_products": "products_legacy"}
    assert map_schemas(text, SUFFIXED, legacy_map=moved) == (
        "select * from products_legacy.products as old, 'public.t'::regclass"
    )
    plain = {name: name for name in SCHEMAS}
    assert map_schemas(text, plain, legacy_map=moved).startswith("select * from products_legacy.")


@pytest.mark.parametrize("name", FILES)
def test_taking_the_suffix_off_again_gives_the_file_back(name):
    text = FILES[name].read_text(encoding="utf-8")
    suffixed = {schema: f"{schema}_zz9" for schema in SCHEMAS}
    stay = {f"legacy_{schema}": f"legacy_{schema}" for schema in ("public", *SCHEMAS)}
    new = map_schemas(text, suffixed, name, stay)
    assert new.replace("_zz9", "") == text
    if name.startswith(("migrations/", "sql/")) and not name.startswith("migrations/verify/"):
        assert "_zz9." in new or "schema core_zz9;" in new


def test_plain_names_leave_a_text_as_it_is():
    text = 'select "core".t, Core.x'
    assert map_schemas(text, {name: name for name in SCHEMAS}) == text


# -- what mapping cannot be sure of -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select products.id from x.y as products", '"products" is a schema; it cannot also be'),
        ("select core.x from t, u core", '"core" is a schema; it cannot also be'),
        ("select a from products.products where products.id = 1", "give the relation of this name"),
        ("update products.products set id = 1", "give the relation of this name"),
        ("select to_regnamespace('core')", "the string 'core' may mean the schema"),
        ("select E'core'", "the string 'core' may mean the schema"),
        ("execute 'drop schema core'", 'the schema "core" in this string is not seen'),
        ("execute 'set search_path to core, x'", 'the schema "core" in this string is not seen'),
        ("do $$ begin perform 'core'; end $$", "the string 'core' may mean the schema"),
    ],
)
def test_a_name_that_could_be_missed_or_mistaken_is_complained_of(text, complaint):
    (found,) = complaints(text)
    assert complaint in found


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) as products from x.y",
        "select product.id from products.products as product",
        "insert into products.products (id) values (1)",
        "payload -> 'products' ->> 'core'",
        "select integration.items(payload, 'products'::text)",
        "comment on schema core is 'core schema products and others'",
        "create schema core; set search_path = core, sync; select 'core'::regnamespace",
    ],
)
def test_a_name_that_is_safe_is_not_complained_of(text):
    assert complaints(text) == []


def test_a_complaint_names_the_line_in_a_body_too():
    body = "$f$\nbegin\n\n    perform $q$\n 'core' $q$;\nend; $f$"
    text = f"create function f() as {body};\nselect 'api';"
    assert [line for line, _ in unseen(text)] == [5, 7]


@pytest.mark.parametrize("name", OURS)
def test_no_file_of_the_repository_is_complained_of(name):
    assert unseen(FILES[name].read_text(encoding="utf-8"), name) == []


# -- templates --------------------------------------------------------------------------------


def test_braces_are_no_template_without_the_header(sql_file):
    text = "select '{{1,2},{3,4}}'::int[], '{#a}', format('{%s}', 1);\n"
    assert template(sql_file(text), {}) == text


def test_a_template_sees_the_variables_and_keeps_its_last_line(sql_file):
    file = sql_file(
        "-- template: jinja\n{% for year in range(first, first + 2) %}"
        "create table core.{{ ('q' ~ year) | identifier }} (v text default {{ word | literal }});\n"
        "{% endfor %}"
    )
    assert template(file, {"first": 2024, "word": "it's"}) == (
        "-- template: jinja\n"
        "create table core.\"q2024\" (v text default 'it''s');\n"
        "create table core.\"q2025\" (v text default 'it''s');\n"
    )


def test_an_unknown_variable_is_refused_with_the_place_to_define_it(sql_file):
    with pytest.raises(Failure, match="'last_year' is undefined") as refused:
        template(sql_file("-- template: jinja\nselect {{ last_year }};"), {"last_day": 1})
    assert refused.value.message.startswith("sql/core/functions/file.sql: ")
    assert refused.value.hint == "Add the name to [variables] in mdt.toml."


def test_a_broken_template_is_refused_with_its_line(sql_file):
    with pytest.raises(Failure, match=r"^sql/core/functions/file\.sql:3: "):
        template(sql_file("-- template: jinja\n\n{% if %}\n"), {})


def test_a_file_is_rendered_with_the_variables_and_the_names_of_its_project(sql_file, tmp_path):
    (tmp_path / "mdt.toml").write_text('[variables]\nlimit = 7\nroom = "sync"\n')
    project = Project(tmp_path, schema_map=SUFFIXED)
    file = sql_file("-- template: jinja\nselect {{ limit }} from {{ room }}.jobs;\n")
    assert render(file, project) == "-- template: jinja\nselect 7 from sync_v2.jobs;\n"


def test_quotes_in_names_and_values_are_doubled():
    assert quote_identifier('a"b') == '"a""b"'
    assert quote_literal("a'b") == "'a''b'"


# -- names that a project may ask for ---------------------------------------------------------


def wanted(folder: Path, settings: str, suffix: str | None = None) -> dict[str, str]:
    (folder / "mdt.toml").write_text(settings)
    return Project(folder).wanted_map(suffix)


def test_a_project_may_name_each_schema_and_a_suffix_for_the_others(tmp_path):
    names = wanted(tmp_path, '[schemas]\nsuffix = "_v2"\nauth = "app_auth"\n')
    assert names == SUFFIXED | {"auth": "app_auth"}
    assert wanted(tmp_path, '[schemas]\nsuffix = "_v2"\n', "_v3")["core"] == "core_v3"


@pytest.mark.parametrize(
    "settings",
    [
        '[schemas]\nmarket = "m"\n',
        '[schemas]\ncore = "Core"\n',
        '[schemas]\ncore = "my core"\n',
        '[schemas]\ncore = "größe"\n',
        '[schemas]\ncore = ""\n',
        '[schemas]\ncore = "pg_core"\n',
        '[schemas]\ncore = "sync"\n',
        f'[schemas]\ncore = "{"c" * 64}"\n',
        "[schemas\n",
    ],
)
def test_names_that_cannot_be_are_refused_as_misuse(tmp_path, settings):
    with pytest.raises(Failure) as refused:
        wanted(tmp_path, settings)
    assert refused.value.exit_code == 2


def test_a_suffix_that_makes_a_name_too_long_is_refused_as_misuse(tmp_path):
    with pytest.raises(Failure, match="cannot be a schema name here") as refused:
        wanted(tmp_path, "", "_" * 60)
    assert refused.value.exit_code == 2
