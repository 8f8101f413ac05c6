"""mdt lint: hazards in their context, what a header may allow, and what squawk adds."""

import json

import pytest

from toolkit import linting
from toolkit.project import Project, SqlFile, files_root


@pytest.fixture
def dangers(tmp_path):
    """Return a function that writes migrations and returns what is said of them, by file."""

    def look(**texts):
        folder = tmp_path / "migrations"
        folder.mkdir(exist_ok=True)
        files = []
        for name, text in texts.items():
            path = folder / (name.removeprefix("m").replace("_rollback", ".rollback") + ".sql")
            path.write_text(text)
            files.append(SqlFile(path, f"migrations/{path.name}"))
        found = linting.dangers(files, Project(tmp_path))
        return [(one.path.removeprefix("migrations/"), one.rule) for one in found
                if not one.allowed_because]  # fmt: skip

    return look


ORDERS = """create table shop.orders (
    id bigint generated always as identity,
    note varchar(20),
    constraint orders_pkey primary key (id)
);
"""


ROOT = files_root()


# -- context ----------------------------------------------------------------------------------


def test_a_rollback_may_drop_what_its_migration_made_and_nothing_else(dangers):
    assert (
        dangers(
            m1001_create_shop="create schema shop;\n" + ORDERS.replace("varchar(20)", "text"),
            m1001_create_shop_rollback="drop table shop.orders;\ndrop schema shop;\n",
            m1002_add_color="alter table shop.orders add column color text;\n",
            m1002_add_color_rollback="alter table shop.orders drop column color;\n",
        )
        == []
    )
    assert dangers(
        m1003_add_size="alter table shop.orders add column size text;\n",
        m1003_add_size_rollback="alter table shop.orders drop column note;\n",
    ) == [
        ("1003_add_size.sql", "rollback_not_inverse"),
        ("1003_add_size.sql", "rollback_not_inverse"),
        ("1003_add_size.rollback.sql", "drop_column"),
    ]


def test_a_rollback_is_as_transactional_as_its_migration(dangers):
    assert (
        dangers(
            m1001_index_orders="-- transactional: false\n"
            "create index concurrently orders_note_idx on shop.orders (note);\n",
            m1001_index_orders_rollback="drop index concurrently if exists shop.orders_note_idx;\n",
        )
        == []
    )


def test_earlier_files_are_known_even_when_one_alone_is_looked_at(dangers, tmp_path):
    dangers(
        m1001_create_orders=ORDERS,
        m1002_widen_note="alter table shop.orders alter column note type text;\n"
        "analyze shop.orders;\n",
    )
    path = tmp_path / "migrations" / "1002_widen_note.sql"
    file = SqlFile(path, f"migrations/{path.name}")
    assert linting.dangers([file], Project(tmp_path)) == []


def test_the_tables_of_the_toolkit_are_known_to_the_migrations_of_a_project(dangers):
    change = "alter table core.brands alter column name type {};\nanalyze core.brands;\n"
    assert dangers(m1001_change_brands=change.format("varchar")) == []
    name = "1001_change_brands.sql"
    assert dangers(m1001_change_brands=change.format("jsonb")) == [(name, "change_column_type")]


def test_a_function_of_the_toolkit_that_uses_what_is_dropped_is_named(dangers):
    unused = dangers(m1001_drop_logs="alter table core.brands drop column created_at;\n")
    assert ("1001_drop_logs.sql", "untracked_dependency") not in unused
    used = dangers(m1002_drop_slug="alter table core.brands drop column slug;\n")
    assert ("1002_drop_slug.sql", "untracked_dependency") in used


# -- allow ------------------------------------------------------------------------------------


def test_a_hazard_is_allowed_by_a_header_that_names_it_and_says_why(dangers, tmp_path):
    drop = "alter table shop.orders drop column note;\n"
    name = "1001_drop_note.sql"
    assert dangers(m1001_drop_note=drop) == [(name, "drop_column")]
    reason = "-- allow: drop_column, nobody reads it since 2026-09\n"
    assert dangers(m1001_drop_note=reason + drop) == []
    file = SqlFile(tmp_path / "migrations" / name, f"migrations/{name}")
    [allowed] = linting.dangers([file], Project(tmp_path))
    assert allowed.allowed_because == "nobody reads it since 2026-09"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("-- allow: drop_colum, nobody reads it", 'there is no rule "drop_colum" to allow'),
        ("-- allow: drop_column", "drop_column is allowed without a reason"),
        ("-- allow: drop_column,  ", "drop_column is allowed without a reason"),
        ("-- allow: rename, old", "rename is allowed, but nothing here needs it"),
        ("-- allow: drop_column, a\n-- allow: drop_column, b", "drop_column is allowed twice"),
    ],
)
def test_an_allow_line_that_is_wrong_is_a_complaint_itself(tmp_path, header, message):
    path = tmp_path / "1001_drop_note.sql"
    path.write_text(f"{header}\nalter table shop.orders drop column note;\n")
    found = linting.dangers([SqlFile(path, path.name)], Project(tmp_path))
    assert message in [one.message for one in found if one.rule == "allow"]


def test_an_allow_line_below_a_statement_allows_nothing(dangers):
    text = "alter table shop.orders drop column note;\n-- allow: drop_column, too late\n"
    assert dangers(m1001_drop_note=text) == [("1001_drop_note.sql", "drop_column")]


def test_a_reason_may_go_on_in_an_indented_line(tmp_path):
    path = tmp_path / "1001_drop_note.sql"
    path.write_text(
        "-- allow: drop_column, nobody has read it\n--     since 2026-09\n-- Drop it.\n"
        "alter table shop.orders drop column note;\n"
    )
    [allowed] = linting.dangers([SqlFile(path, path.name)], Project(tmp_path))
    assert allowed.allowed_because == "nobody has read it since 2026-09"


# -- squawk -----------------------------------------------------------------------------------


def test_what_squawk_says_too_is_said_once(dangers):
    text = """alter table shop.orders add constraint orders_note_key unique (note);
create index orders_id_idx on shop.orders (id);
"""
    found = [rule for _, rule in dangers(m1001_change_orders=text)]
    assert sorted(found) == [
        "index_without_concurrently",
        "unique_without_using_index",
        "work_under_exclusive_lock",
    ]


def test_what_squawk_alone_sees_is_shown_and_can_be_allowed(dangers):
    text = "drop type shop.size;\n"
    assert dangers(m1001_drop_size=text) == [("1001_drop_size.sql", "ban-drop-type")]
    allowed = "-- allow: ban-drop-type, no column has it since 0900\n"
    assert dangers(m1001_drop_size=allowed + text) == []


# -- the command ------------------------------------------------------------------------------


def test_lint_names_file_line_rule_and_mend(mdt, tmp_path):
    path = tmp_path / "1001_drop_note.sql"
    path.write_text("-- Drop it.\nalter table shop.orders drop column note;\n")
    shown = mdt("lint", path)
    assert shown.returncode == 1
    assert f"{path}:2: shop.orders.note and what it holds are gone [drop_column]" in shown.stdout
    assert "Stop reading it" in shown.stdout
    document = json.loads(mdt("--json", "lint", path).stdout)
    [complaint] = document["complaints"]
    assert (complaint["rule"], complaint["number"], complaint["line"]) == ("drop_column", 18, 2)
    path.write_text("-- allow: drop_column, unread\nalter table shop.orders drop column note;\n")
    shown = mdt("--json", "lint", path)
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["allowed"][0]["allowed_because"] == "unread"


def test_a_file_that_does_not_end_its_string_is_one_clear_failure(mdt, tmp_path):
    path = tmp_path / "1001_broken.sql"
    path.write_text("select 'open;\n")
    shown = mdt("lint", path)
    assert shown.returncode == 1
    assert "1001_broken.sql:1: a quoted string does not end" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_project_may_depend_on_the_toolkit_and_not_on_what_comes_later(dangers):
    text = "-- depends: {}\ncreate table shop.notes (body text);\n"
    assert dangers(m0001_create_notes=text.format("toolkit/0002_create_system_tables")) == []
    assert dangers(m0001_create_notes=text.format("0002_create_system_tables")) == []
    late = [("0001_create_notes.sql", "out_of_order")]
    assert dangers(m0001_create_notes=text.format("0003_create_more")) == late
    assert dangers(m0001_create_notes=text.format("toolkit/0900_none")) == late


def test_files_of_two_layers_with_one_name_are_both_looked_at(mdt, tmp_path):
    (tmp_path / "mdt.toml").write_text('[project]\nname = "shop"\n')
    path = tmp_path / "migrations" / "0003_create_core_tables.sql"
    path.parent.mkdir()
    path.write_text("create table notes (body text);\n")
    shown = mdt("--project", tmp_path, "--json", "lint", path, ROOT / "migrations" / path.name)
    document = json.loads(shown.stdout)
    assert document["files"] == 2
    assert [(one["path"], one["rule"]) for one in document["complaints"]] == [
        (str(path), "unsafe_name")
    ]


def test_two_migrations_of_one_number_are_out_of_order(dangers):
    text = "create table shop.{} (body text);\n"
    assert dangers(m1001_create_a=text.format("a"), m1001_create_b=text.format("b")) == [
        ("1001_create_a.sql", "out_of_order"),
        ("1001_create_b.sql", "out_of_order"),
    ]


def test_a_rollback_gives_back_the_names_that_its_migration_took(dangers):
    migration = (
        "alter table shop.orders rename to purchases;\n"
        "create view shop.orders as select 1 as one;\n"
    )
    back = "drop view shop.orders;\n"
    forgotten = [("1001_rename.sql", "rollback_not_inverse")]
    assert dangers(m1001_rename=migration, m1001_rename_rollback=back) == forgotten
    back += "alter table shop.purchases rename to orders;\n"
    assert dangers(m1001_rename=migration, m1001_rename_rollback=back) == []
