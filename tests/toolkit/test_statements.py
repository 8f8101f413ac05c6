"""What statements do: read right, never failing, and as the server itself says."""

import contextlib

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolkit import hazards, lexer, statements
from toolkit.errors import Failure
from toolkit.project import files_root

FILES = [
    path
    for folder in ("migrations", "sql", "tests/toolkit/hazards")
    for path in (files_root() / folder).rglob("*.sql")
]
# Words that begin, separate and end what is read, so that texts of them go deep.
WORDS = st.sampled_from(
    [
        *["create", "alter", "drop", "table", "index", "concurrently", "if", "not", "exists", "on"],
        *[
            "add",
            "column",
            "constraint",
            "foreign",
            "key",
            "references",
            "check",
            "unique",
            "using",
        ],
        *["primary", "exclude", "valid", "validate", "set", "null", "default", "type", "rename"],
        *["to", "attach", "detach", "partition", "of", "for", "values", "from", "enable", "row"],
        *["trigger", "view", "materialized", "function", "schema", "domain", "enum", "as", "do"],
        *["update", "delete", "insert", "into", "merge", "select", "with", "where", "limit", "in"],
        *["truncate", "cascade", "grant", "revoke", "all", "comment", "is", "lock", "mode", "call"],
        *["vacuum", "full", "cluster", "refresh", "reindex", "copy", "reset", "local", "explain"],
        *["generated", "always", "by", "identity", "stored", "case", "when", "then", "else", "end"],
        *["begin", "commit", "execute", "format", "perform", "loop", "declare", "policy", "rule"],
        *[
            "a",
            "a.b",
            '"A"',
            "'x'",
            "$$a$$",
            "$$begin execute 'drop table a'; end$$",
            "1",
            "integer",
        ],
        *["(", ")", ",", ".", ";", "=", "[", "]", "*", "::", "\\", "only", "$b$case;end$b$"],
    ]
)


def read_one(text: str) -> list[statements.Action]:
    """Return the actions of the one statement in a text."""
    [statement] = statements.read(text)
    return list(statement.actions)


# -- reading loses nothing and never fails ----------------------------------------------------


@settings(deadline=None, max_examples=500)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_any_sequence_of_words_is_read(text):
    for statement in statements.read(text):
        assert statement.actions
        for action in statement.actions:
            statements.locks(action)
            statements.rewrites(action), statements.scans(action), statements.destroys(action)


@st.composite
def damaged(draw):
    """Draw a real file in which words are missing, doubled or replaced."""
    text = draw(st.sampled_from(FILES)).read_text()
    words = [token.text for token in lexer.tokens(text)]
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(words)))
        end = start + draw(st.integers(0, 4))
        words[start:end] = draw(st.lists(WORDS, max_size=3)) or words[start : start + 1] * 2
    return " ".join(words)


@settings(deadline=None, max_examples=300)
@given(st.lists(WORDS, max_size=40).map(" ".join) | damaged())
@example("alter table ;")
def test_any_sequence_of_words_is_looked_at_for_hazards(text):
    try:
        found = statements.read(text)
    except Failure:  # a damaged string or comment
        return
    for kind in ("migration", "rollback", "object"):
        for transactional in (True, False):
            context = hazards.Context(kind=kind, transactional=transactional, rollback=found)
            hazards.find(found, context)
    for action in [action for statement in found for action in statement.actions]:
        statements.locks(action), statements.rewrites(action), statements.scans(action)


@settings(deadline=None, max_examples=300)
@given(st.text() | st.lists(WORDS).map("\n".join))
def test_offsets_and_texts_are_the_file_again_or_it_is_refused(text):
    with contextlib.suppress(Failure):
        rest, position = "", 0
        for statement in statements.read(text):
            assert text.startswith(statement.text, statement.offset)
            assert statement.line == lexer.line_of(text, statement.offset)
            rest += text[position : statement.offset]
            position = statement.offset + len(statement.text)
        rest += text[position:]
        assert {t.text for t in lexer.tokens(rest) if t.kind not in ("space", "comment")} <= {";"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(files_root()).as_posix())
def test_every_statement_of_the_repository_is_understood(path):
    for statement in statements.read(path.read_text(), path.name):
        for action in statement.actions:
            assert action.kind not in ("unknown", "alter_table")
            assert statement.line <= action.line <= statement.line + statement.text.count("\n")


# -- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("alter table a.b add c int, drop d, rename e to f", "add_column drop_column rename"),
        ("alter table a.b validate constraint c, set schema d", "validate_constraint set_schema"),
        ("drop table if exists a.b, a.c cascade", "drop_table drop_table"),
        ("truncate table only a.b, a.c *", "truncate truncate"),
        ("with old as (delete from a.b returning *) insert into a.c table old", "delete insert"),
        ("explain analyze delete from a.b", "delete"),
        ("explain delete from a.b", "explain"),
        ("select * into temp a from b.c", "create_table_as"),
        ("create table a.b as select 1", "create_table_as"),
        ("create materialized view a.b as select 1", "create_matview"),
        ("create event trigger a on ddl_command_end execute function b()", "create_event_trigger"),
        ("create subscription a connection '' publication b", "create_subscription"),
        ("alter system set work_mem = '1GB'", "alter_system"),
        ("alter default privileges grant select on tables to a", "alter_default_privileges"),
        ("alter type a.b add value 'c' after 'd'", "add_value"),
        ("alter domain a.b add constraint c check (value > 0)", "alter_domain_add"),
        ("alter index a.b rename to c", "rename"),
        ("alter materialized view a.b set schema c", "set_schema"),
        ("grant select on all tables in schema a to b", "grant"),
        ("merge into a.b using a.c on true when matched then delete", "merge"),
        ("do $$begin perform a.b(); end$$", "do select"),
        ("do $$begin if a then drop table b.c; else truncate b.d; end if; end$$",
         "do drop_table truncate"),
        ("do 'begin delete from a.b; end'", "do delete"),
        ("do $$begin execute 'drop table a.b'; end$$", "do drop_table"),
        ("do $$begin execute format('drop table %I', x); end$$", "do drop_table"),
        ("do $$begin execute 'drop ' || x; end$$", "do execute"),
        ("do $$begin execute format('%s table a.b', x); end$$", "do execute"),
        ("do $$begin for r in select 1 loop update a.b set c = 1; commit; end loop; end$$",
         "do select update commit_in_block"),
        ("do $$begin update a.b set c = case when d then 1 else 2 end where id = 1; end$$",
         "do update"),
        ("savepoint a", "transaction_control"),
        ("start transaction", "transaction_control"),
        ("nonsense", "unknown"),
    ],
)  # fmt: skip
def test_the_kinds_of_what_a_statement_does(text, kinds):
    assert [action.kind for action in read_one(text)] == kinds.split()


BLOCK = """do $do$
<<outer>>
declare
    v_name text := (select max(name) from a.names);
begin
    if v_name is null then
        raise exception 'drop table % first', v_name using hint = 'delete from x';
    elsif exists (select from pg_class where relname = 'x') then
        alter table a.x drop column z;
    else
        execute format('create index on a.x (%I)', 'y') using 1;
    end if;
    for i in 1..10 loop
        insert into a.b (c) values (i);
        continue when i = 3;
    end loop;
    for r in delete from a.p returning * loop null; end loop;
    case v_name
        when 'a' then drop table a.d;
        else lock table a.f;
    end case;
    begin
        merge into a.g using a.h on true when matched then update set y = 1;
        with t as (update a.m set n = 1 returning n) select count(*) into v_n from t;
        v_x := a.g(2);
    exception when unique_violation then
        drop table if exists a.last;
    end;
end outer;
$do$;"""


def test_every_branch_of_a_block_is_read():
    found = [(action.kind, action.table) for action in read_one(BLOCK) if action.kind != "select"]
    assert found == [
        ("do", ""), ("drop_column", "a.x"), ("create_index", "a.x"), ("insert", "a.b"),
        ("delete", "a.p"), ("drop_table", "a.d"), ("lock_table", "a.f"), ("merge", "a.g"),
        ("update", "a.m"), ("drop_table", "a.last"),
    ]  # fmt: skip


def test_an_index_is_read_with_all_its_switches():
    [action] = read_one(
        'create unique index concurrently if not exists "Odd" on only a.b using gin '
        "(lower(c), d desc, (e || f)) include (g) where h"
    )
    assert (action.name, action.table) == ('a."Odd"', "a.b")
    assert action.columns == ("lower(c)", "d", "(e || f)")
    on = {key for key, value in action.options.items() if value is True}
    assert on == {"unique", "concurrently", "if_not_exists", "only", "expression", "where"}
    assert action.options["method"] == "gin"


def test_a_column_is_read_with_its_type_default_and_constraints():
    [action] = read_one(
        "alter table a.b add column if not exists c character varying (10) [] not null "
        "default coalesce(null, 'x') constraint d check (c <> '') references e.f (g)"
    )
    column = action.column
    assert (column.name, column.type, column.not_null) == ("c", "varchar(10)[]", True)
    assert column.default == "coalesce(null, 'x')"
    check, key = column.constraints
    assert (check.name, check.expression) == ("d", "c <> ''")
    assert (key.references, key.referenced_columns) == ("e.f", ("g",))


@pytest.mark.parametrize(
    "default",
    [
        "(now() at time zone 'utc')",
        "array['a', 'b']::text[]",
        "'{}'",
        "null",
        "(check_it(1, 2))",
        "not false",
        "case when true then 1 end",
    ],
)
def test_a_default_ends_where_the_next_part_begins(default):
    [action] = read_one(f"create table a.b (c text default {default} not null, d int)")
    assert [column.name for column in action.parts] == ["c", "d"]
    assert action.parts[0].default == default
    assert action.parts[0].not_null


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("int", "integer"),
        ("pg_catalog.int8", "bigint"),
        ("timestamp (3) without time zone", "timestamp(3)"),
        ("timestamp with time zone", "timestamptz"),
        ("decimal(10,2)", "numeric(10, 2)"),
        ("double precision", "double precision"),
        ("text array", "text[]"),
        ("shop.size", "shop.size"),
        ('"char"', '"char"'),
    ],
)
def test_a_type_has_one_short_form(written, short):
    [action] = read_one(f"create table a.b (c {written} not null)")
    assert action.parts[0].type == short
    assert action.parts[0].not_null


def test_the_parts_of_a_table_are_read():
    [action] = read_one(
        "create table a.b (id serial primary key, like a.c including all, d bigint generated "
        "by default as identity (start 5), e text generated always as (lower(f)) stored, "
        "constraint g foreign key (d) references a.h, unique nulls not distinct (d, e), "
        "exclude using gist (d with =)) partition by range (d)"
    )
    assert [column.name for column in action.parts] == ["id", "d", "e"]
    assert [column.generated for column in action.parts] == ["", "by_default", "stored"]
    assert [one.kind for one in action.constraints] == [
        "primary_key", "foreign_key", "unique", "exclude",
    ]  # fmt: skip
    assert action.options["like"] == ("a.c",)
    assert action.options["partition_by"] == "range"


def test_a_block_names_the_lines_of_the_file():
    text = (
        "select 1;\ndo $$\nbegin\n    delete from a.b;\n    execute '\ndrop table a.c';\nend\n$$;"
    )
    assert [(action.kind, action.line, action.nested) for action in [
        action for statement in statements.read(text) for action in statement.actions
    ]] == [
        ("select", 1, False), ("do", 2, False), ("delete", 4, True), ("drop_table", 5, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "destroys", "overwrites"),
    [
        ("drop table a.b", True, False),
        ("drop schema a", True, False),
        ("alter table a.b drop column c", True, False),
        ("truncate a.b", True, False),
        ("delete from a.b where c", True, False),
        ("drop type a.b cascade", True, False),
        ("drop type a.b", False, False),
        ("drop view a.b", False, False),
        ("drop function a.b(int)", False, False),
        ("merge into a.b using c on d when matched then delete", True, True),
        ("update a.b set c = 1", False, True),
        ("insert into a.b values (1) on conflict (c) do update set d = 1", False, True),
        ("insert into a.b values (1) on conflict do nothing", False, False),
    ],
)
def test_what_destroys_and_what_overwrites_data(text, destroys, overwrites):
    [action] = read_one(text)
    assert statements.destroys(action) == destroys
    assert statements.overwrites(action) == overwrites


# -- the same locks as the server takes --------------------------------------------------------

SHOP = """
create schema shop;
create table shop.customers (id bigint constraint customers_pkey primary key, name text);
create table shop.orders (
    id bigint not null,
    customer_id bigint,
    note varchar(20),
    price_cents bigint,
    constraint orders_id_key unique (id)
);
create table shop.items (order_id bigint, note text);
create unique index items_order_id_key on shop.items (order_id);
alter table shop.items
add constraint items_order_id_fkey foreign key (order_id) references shop.orders (id) not valid;
alter table shop.orders add constraint orders_price_check check (price_cents > 0) not valid;
create function shop.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger orders_touch before update on shop.orders
for each row execute function shop.touch();
create policy orders_policy on shop.orders using (true);
create table shop.sales (year bigint, amount bigint) partition by range (year);
create table shop.sales_1 partition of shop.sales for values from (1) to (2);
create table shop.sales_2 (year bigint, amount bigint);
create materialized view shop.totals as select count(*) as amount from shop.orders;
create unique index totals_key on shop.totals (amount);
create view shop.names as select name from shop.customers;
create sequence shop.numbers;
"""
LOCKING = [
    "create index a_idx on shop.orders (note)",
    "drop index shop.items_order_id_key",
    "reindex table shop.items",
    "alter table shop.orders add column color text",
    "alter table shop.orders add column color text default 'red'",
    "alter table shop.orders add column token uuid default gen_random_uuid()",
    "alter table shop.orders add column number bigserial",
    "alter table shop.orders add column number bigint generated always as identity",
    "alter table shop.orders add column twice bigint generated always as (id * 2) stored",
    "alter table shop.orders add column buyer bigint references shop.customers (id)",
    "alter table shop.orders add column buyer bigint unique",
    "alter table shop.orders add column size bigint check (size > 0)",
    "alter table shop.orders drop column note",
    "alter table shop.orders alter column note set not null",
    "alter table shop.orders alter column note drop not null",
    "alter table shop.orders alter column note set default ''",
    "alter table shop.orders alter column note drop default",
    "alter table shop.orders alter column note type text",
    "alter table shop.orders alter column price_cents type numeric",
    "alter table shop.orders alter column note set statistics 10",
    "alter table shop.orders alter column note set (n_distinct = 5)",
    "alter table shop.orders alter column note set storage external",
    "alter table shop.orders alter column id add generated always as identity",
    "alter table shop.orders add constraint a_check check (id > 0)",
    "alter table shop.orders add constraint a_check check (id > 0) not valid",
    "alter table shop.orders add constraint a_key unique (note)",
    "alter table shop.orders add primary key (id)",
    "alter table shop.items add constraint a_key unique using index items_order_id_key",
    "alter table shop.orders add constraint a_excl exclude (note with =)",
    "alter table shop.orders add constraint a_fkey foreign key (customer_id) "
    "references shop.customers (id)",
    "alter table shop.orders add constraint a_fkey foreign key (customer_id) "
    "references shop.customers (id) not valid",
    "alter table shop.orders validate constraint orders_price_check",
    "alter table shop.orders drop constraint orders_price_check",
    "alter table shop.orders rename column note to remark",
    "alter table shop.orders rename to purchases",
    "alter table shop.orders rename constraint orders_price_check to a_check",
    "alter table shop.orders set schema public",
    "alter table shop.orders set (fillfactor = 70)",
    "alter table shop.orders reset (fillfactor)",
    "alter table shop.items set unlogged",
    "alter table shop.orders replica identity full",
    "alter table shop.orders enable row level security",
    "alter table shop.orders force row level security",
    "alter table shop.orders disable trigger orders_touch",
    "alter table shop.orders enable always trigger orders_touch",
    "alter table shop.orders owner to current_user",
    "alter table shop.orders cluster on orders_id_key",
    "alter table shop.sales attach partition shop.sales_2 for values from (2) to (3)",
    "alter table shop.sales detach partition shop.sales_1",
    "create table shop.sales_3 partition of shop.sales for values from (3) to (4)",
    "create table shop.gifts (order_id bigint references shop.orders (id))",
    "create table shop.more_items () inherits (shop.items)",
    "create table shop.copies as select name from shop.customers",
    "create trigger a_trigger after insert on shop.items "
    "for each row execute function shop.touch()",
    "drop trigger orders_touch on shop.orders",
    "create policy a_policy on shop.orders using (true)",
    "drop policy orders_policy on shop.orders",
    "create rule a_rule as on delete to shop.items do instead nothing",
    "comment on table shop.orders is 'Orders.'",
    "comment on column shop.orders.note is 'Note.'",
    "drop table shop.sales_2",
    "drop view shop.names",
    "drop materialized view shop.totals",
    "truncate shop.items",
    "update shop.orders set note = ''",
    "delete from shop.items",
    "insert into shop.items (order_id) select id from shop.customers",
    "merge into shop.items using shop.customers on order_id = id when matched then delete",
    "select from shop.orders for update",
    "select from shop.orders",
    "lock table shop.orders in share mode",
    "refresh materialized view shop.totals",
    "refresh materialized view concurrently shop.totals",
    "cluster shop.orders using orders_id_key",
    "analyze shop.orders",
]
RELATIONS = """
select oid, 'shop.' || relname, relfilenode
from pg_class
where relkind in ('r', 'p', 'm') and relnamespace = 'shop'::regnamespace
"""
HELD = """
select relation, lower(replace(mode, 'Lock', '')), relfilenode
from pg_locks
left join pg_class as class on pg_locks.relation = class.oid
where pid = pg_backend_pid() and relation = any(%s)
"""
# What only the catalog can tell: the table of an index, the tables behind a view.
UNTOLD = ("drop_index", "refresh_matview")


@pytest.fixture(scope="module")
def shop(cluster):
    import secrets

    name = f"test_shop_{secrets.token_hex(4)}"
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
        with psycopg.connect(cluster.dsn(name)) as inside:
            inside.execute(SHOP)
            inside.commit()
            yield inside
        connection.execute(f"drop database {name} with (force)")


def strongest(pairs):
    """Return the strongest mode of each relation, by its number in the order of strength."""
    order = [mode.replace(" ", "") for mode in statements.MODES]
    found: dict[str, int] = {}
    for relation, mode in pairs:
        found[relation] = max(found.get(relation, -1), order.index(mode.replace(" ", "")))
    return {relation: statements.MODES[place] for relation, place in found.items()}


@pytest.mark.parametrize("text", LOCKING)
def test_the_locks_and_rewrites_are_those_of_the_server(shop, text):
    relations = {row[0]: row[1:] for row in shop.execute(RELATIONS)}
    shop.rollback()
    shop.execute(text)
    held = shop.execute(HELD, [list(relations)]).fetchall()
    shop.rollback()
    [action] = read_one(text)
    names = [name for name, _ in relations.values()]
    said = strongest(lock for lock in statements.locks(action) if lock.relation in names)
    found = strongest((relations[oid][0], mode) for oid, mode, _ in held)
    if action.kind in UNTOLD:
        found = {name: mode for name, mode in found.items() if name == action.table}
    assert said == found
    rewritten = {oid for oid, _, node in held if node not in (None, relations[oid][1])}
    # Whether a change of type rewrites depends on the old type; a truncated table is a new file.
    if action.kind not in ("alter_column_type", "truncate"):
        assert statements.rewrites(action) == bool(rewritten)


def test_no_function_that_is_called_stable_is_volatile_to_the_server(shop):
    from toolkit.statements.effects import _NOT_VOLATILE

    found = shop.execute(
        "select distinct proname from pg_proc where provolatile = 'v' and proname = any(%s) "
        "and pronamespace = 'pg_catalog'::regnamespace",
        [[name.rpartition(".")[2] for name in _NOT_VOLATILE]],
    ).fetchall()
    shop.rollback()
    assert found == []
