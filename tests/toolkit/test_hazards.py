"""The safety rules: each has a file that breaks it and nothing else, and a file that is right."""

from pathlib import Path

import pytest

from toolkit import hazards, statements
from toolkit.hazards import RULES, Context, registry, squawk
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


def rules(text: str, **more: object) -> list[str]:
    """Return the rules that a migration breaks, as the fifth of its folder."""
    context = Context.of(text, "migrations/0005_change_shop.sql", **more)
    return [one.rule for one in hazards.find(statements.read(text), context)]


NEW = "create table shop.notes (body text);\n"


@pytest.mark.parametrize(
    "text",
    [
        NEW + "create index notes_body_idx on shop.notes (body);",
        NEW + "alter table shop.notes add column id bigint generated always as identity;",
        NEW + "alter table shop.notes alter column body set not null;",
        NEW + "update shop.notes set body = ''; truncate shop.notes;",
        NEW + "alter table shop.notes rename to memos;\n"
        "create index memos_body_idx on shop.memos (body);",
        NEW + "alter table shop.notes set schema archive;\n"
        "create index notes_body_idx on archive.notes (body);",
        NEW + "create trigger notes_log after insert on shop.notes execute function shop.log();",
        "create table shop.notes as select 1 as one; drop table shop.notes;",
        "create materialized view shop.totals as select 1 as one;\n"
        "refresh materialized view shop.totals;",
        "create temp table notes (body text); create index notes_body_idx on notes (body);",
        "create table public.notes (body text);\n"
        "create index notes_body_idx on public.notes (body);",
    ],
)
def test_what_the_file_itself_has_made_has_no_users_yet(text):
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        # A table that takes the place of a new one is as old as it was.
        (
            NEW + "alter table shop.orders rename to old_orders;\n"
            "alter table shop.notes rename to orders;\n"
            "create index a_idx on shop.old_orders (body);\n"
            "create index b_idx on shop.orders (body);",
            ["rename", "index_without_concurrently", "work_under_exclusive_lock"],
        ),
        ("alter table shop.orders add constraint a_check not null note;", ["set_not_null"]),
        ("alter table shop.orders add constraint a_check not null note not valid;", []),
        ("alter table shop.orders add column a bigint check (a > 0);",
         ["check_without_not_valid", "unconventional_name"]),
        ("do $$begin execute 'create index a_idx on shop.orders (note)'; end$$;",
         ["index_without_concurrently", "hidden_ddl"]),
        ("do $$begin execute v_text; end$$;", ["unreadable_statement"]),
        ("do $$begin update shop.orders set note = ''; end$$;", ["unbatched_write"]),
        ("do $$begin perform pg_advisory_xact_lock(1); end$$;", ["waiting_advisory_lock"]),
        ("do $$begin commit; end$$;", ["transaction_control"]),
        ("-- transactional: false\ndo $$begin commit; end$$;", []),
        ("\\set name value", ["unreadable_statement"]),
        ("insert into shop.orders (note) select note from shop.notes;", ["unbatched_write"]),
        ("insert into shop.orders (note) select note from shop.notes limit 10;", []),
        ("insert into shop.orders (id) select * from generate_series(1, 10);", []),
        ("update shop.orders set note = '' where id between 1 and 1000;", []),
        ("with a as (select id from shop.orders limit 9) "
         "update shop.orders set note = '' where id in (select id from a);", []),
        ("delete from shop.orders where true;", ["delete_everything"]),
        ("set local lock_timeout = '2s';", []),
        ("set lock_timeout = '5min';", ["no_lock_timeout"]),
        ("reset all;", ["no_lock_timeout"]),
        ("drop table shop.orders, shop.notes;", ["drop_table", "drop_table"]),
        ("create domain shop.cents as bigint;\n"
         "alter domain shop.cents add constraint a_check check (value > 0) not valid;", []),
        ("alter table shop.orders rename constraint a to b;", []),
        ("alter index shop.a_idx rename to b_idx;", []),
        ('create table shop."Notes" (body text);', ["unconventional_name"]),
        ("create table shop." + "n" * 64 + " (body text);", ["unsafe_name"]),
        ("drop table shop.orders; create table shop.orders (body text);\n"
         "create index orders_body_idx on shop.orders (body);", ["drop_table"]),
    ],
)  # fmt: skip
def test_hazards_depend_on_what_surrounds_them(text, broken):
    assert sorted(rules(text)) == sorted(broken)


BEFORE = """
create table shop.orders (id bigserial, code text, constraint orders_pkey primary key (id));
create table shop.customers (id bigint, constraint customers_pkey primary key (id));
create table shop.items (
    order_id {},
    customer_id bigint,
    constraint items_order_id_fkey foreign key (order_id) references shop.orders,
    constraint items_customer_id_fkey foreign key (customer_id) references shop.customers
);
create index items_order_id_idx on shop.items (order_id);
create unique index items_key on shop.items (customer_id, order_id);
"""


@pytest.mark.parametrize(
    ("text", "column", "broken"),
    [
        (BEFORE.format("bigint"), "bigint", ["small_key"]),
        (BEFORE.format("integer"), "integer", ["foreign_key_without_index", "small_key"]),
        ("drop table shop.items;", "bigint", ["drop_table", "several_foreign_keys"]),
        ("drop index shop.items_key;", "bigint", ["drop_index_without_concurrently"]),
        (
            "alter table shop.items add constraint items_pkey primary key using index items_key;",
            "bigint",
            ["primary_key_under_lock", "primary_key_under_lock"],
        ),
        (
            "alter table shop.items\n"
            "add constraint a_fkey foreign key (order_id) references shop.orders (code) not valid;",
            "bigint",
            ["foreign_key_without_index"],
        ),
    ],
)
def test_hazards_depend_on_what_earlier_files_made(text, column, broken):
    known = Known()
    if not text.startswith("\ncreate"):
        for statement in statements.read(BEFORE.format(column)):
            known.learn(statement.actions)
    assert sorted(rules(text, earlier=known)) == broken


@pytest.mark.parametrize(
    ("forward", "back", "said"),
    [
        (NEW, "drop table shop.notes;", []),
        (NEW, "", ["leaves shop.notes"]),
        (NEW + "drop table shop.notes;", "", []),
        (NEW + "create index a_idx on shop.notes (body);", "drop table shop.notes;", []),
        ("create schema a; create table a.b (c text);", "drop schema a;", []),
        ("create schema a; create table a.b (c text); create index on a.b (c);"
         "create index b_c_idx on a.b (c);", "drop schema a cascade;", []),
        (NEW + "alter table shop.notes rename to memos;",
         "alter table shop.memos rename to notes; drop table shop.notes;", []),
        (NEW + "alter table shop.notes rename to memos;", "drop table shop.memos;",
         ["give back the name shop.notes"]),
        # Swapping a table for a new one, and back.
        (NEW + "alter table shop.orders rename to old_orders;"
         "alter table shop.notes rename to orders;",
         "alter table shop.orders rename to notes;"
         "alter table shop.old_orders rename to orders; drop table shop.notes;", []),
        ("alter table shop.a add column b text;", "alter table shop.a drop column b;", []),
        ("alter table shop.a add column b text;", "", ["leaves b"]),
        ("alter table shop.a add column b text;", "alter table shop.a drop column c;",
         ["drops c", "leaves b"]),
        ("alter table shop.a drop column b;", "alter table shop.a add column b text;", []),
        ("alter table shop.a drop column b;", "", ["bring back b"]),
        ("drop table shop.a;", "", ["bring back shop.a"]),
        ("alter table shop.a alter column b type text;", "", ["bring back b"]),
        ("alter table shop.a alter column b type text;",
         "alter table shop.a alter column b type varchar;", []),
        ("create or replace function shop.f() returns int language sql as 'select 1';", "", []),
        ("drop table shop.a;", "do $$begin raise exception 'the rows are gone'; end$$;", []),
    ],
)  # fmt: skip
def test_a_rollback_leads_to_where_its_migration_began(forward, back, said):
    context = Context.of("", "migrations/0005_change_shop.sql", rollback=statements.read(back))
    found = [
        one.message
        for one in hazards.find(statements.read(forward), context)
        if one.rule == "rollback_not_inverse"
    ]
    assert len(found) == len(said)
    for message, part in zip(found, said, strict=True):
        assert part in message


def test_a_change_of_type_that_loses_values_has_no_way_back():
    known = Known()
    known.learn(statements.read("create table shop.a (b timestamptz);")[0].actions)
    change = "alter table shop.a alter column b type {};"
    back = statements.read(change.format("timestamptz"))
    text = change.format("date")
    assert "rollback_not_inverse" in rules(text, earlier=known, rollback=back)
    assert "rollback_not_inverse" not in rules(change.format("text"), earlier=known, rollback=back)


@pytest.mark.parametrize(
    ("body", "uses"),
    [
        ("select id from public.sizes", True),
        ("select id from sizes", True),
        ("update sizes set label = ''", True),
        ("select sizes.id from products.sizes as sizes", False),
        ("select all_sizes from shop.lists", False),
    ],
)
def test_a_function_uses_a_table_and_not_an_alias_of_its_name(body, uses):
    found = rules("drop table public.sizes;", bodies=lambda: {"shop.f": body})
    assert ("untracked_dependency" in found) == uses


def test_what_a_server_calls_fresh_has_no_users():
    text = "create index orders_note_idx on shop.orders (note);"
    assert rules(text, fresh=frozenset({"shop.orders"})) == []


@pytest.mark.parametrize("kind", ["object", "rollback", "migration"])
def test_grants_have_a_shelf_of_their_own(kind):
    text = "grant select on shop.orders to readers;"
    found = hazards.find(statements.read(text), Context.of(text, "sql/shop/grants/readers.sql"))
    assert found == []
    place = {"object": "sql/shop/views/a.sql", "rollback": "a.rollback.sql"}.get(kind, "a.sql")
    [found] = hazards.find(statements.read(text), Context.of(text, place))
    assert found.rule == "access_change"


def test_hazards_name_the_line_of_their_action():
    text = "alter table shop.orders\n    add column note text,\n    drop column color;\n"
    context = Context.of(text, "migrations/0005_change_shop.sql")
    assert [one.line for one in hazards.find(statements.read(text), context)] == [3]


def test_what_squawk_calls_by_another_name_is_a_rule_of_ours():
    assert set(squawk.SAME.values()) <= set(RULES)
    assert set(squawk.SAME.values()) >= squawk.OURS_KNOWS_MORE


def test_a_number_or_a_name_is_given_once():
    with pytest.raises(ValueError, match="rule 1, another"):
        registry.on(1, "another", "do", why="", mend="")
    with pytest.raises(ValueError, match="rule 99, rename"):
        registry.over(99, "rename", why="", mend="")
