"""Renames and moves: old programs go on under the old names while the new ones are real."""

import contextlib
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from toolkit.columns import replace_name
from toolkit.errors import FAILED, MISUSED
from toolkit.project import files_root

EXAMPLE = files_root() / "docs/examples/soleflip-moves"


class Folder:
    """A project folder, and the database that it is for."""

    def __init__(self, folder: Path, dsn: str, mdt: Callable[..., Any], root: Any) -> None:
        self.folder = folder
        self.dsn = dsn
        self.run = mdt
        self.root = root

    def __call__(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        env = {"PYTHONPATH": str(self.root.folder)}
        if words[0] in ("apply", "rollback"):
            words = (*words, "--backup-confirmed")
        done: subprocess.CompletedProcess[str] = self.run(
            *words, dsn=self.dsn, cwd=self.folder, env=env
        )
        assert done.returncode == code, f"{words}: {done.stdout}{done.stderr}"
        return done

    def sql(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            cursor = connection.execute(text, values or None)
            return cursor.fetchall() if cursor.description else []

    def files(self) -> dict[str, str]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted((self.folder / "migrations").rglob("*.sql"))
        }


@pytest.fixture
def empty(tmp_path: Path, empty_dsn: str, mdt: Callable[..., Any], root: Any) -> Folder:
    """Return a project without migrations on a database with nothing in it but the toolkit."""
    folder = tmp_path / "own"
    (folder / "migrations/verify").mkdir(parents=True)
    (folder / "mdt.toml").write_text('[project]\nname = "own"\n[schemas]\nsuffix = "_v2"\n')
    made = Folder(folder, empty_dsn, mdt, root)
    made("apply")
    return made


@pytest.fixture
def soleflip(tmp_path: Path, empty_dsn: str, mdt: Callable[..., Any], root: Any) -> Folder:
    """Return the example on a database of the old shape, with some rows, nothing applied."""
    folder = tmp_path / "soleflip"
    shutil.copytree(EXAMPLE, folder)
    made = Folder(folder, empty_dsn, mdt, root)
    made.sql((EXAMPLE / "before.sql").read_text(encoding="utf-8"))
    made.sql(
        """
        insert into public.sizes (region, value)
        select 'US', number::text from generate_series(1, 30) as number;
        insert into public.system_config select 'key ' || number, 'value'
        from generate_series(1, 50) as number;
        insert into public.system_logs (message)
        select 'line ' || number from generate_series(1, 5000) as number;
        insert into products.inventory (size_id) select id from public.sizes;
        insert into sales.orders (inventory_id, platform, gross_sale)
        select id, 'stockx', 100 from products.inventory;
        """
    )
    return made


# Each loop of the old application: every statement goes through the old names.
OLD_PROGRAM = [
    "insert into public.system_config (key, value) values ('loop %(n)s', 'a') "
    "on conflict (key) do update set value = excluded.value returning key",
    "update public.system_config set value = 'b' where key = 'loop %(n)s' returning value",
    "delete from public.system_config where key = 'loop %(before)s'",
    "insert into public.system_logs (message) values ('loop %(n)s') returning id",
    "select message from system_logs where message = 'loop %(n)s' for update",
    "insert into sales.orders (platform, gross_sale) values ('ebay', %(n)s) returning id",
    "update sales.orders set gross_sale = gross_sale + 1 where gross_sale = %(n)s "
    "and platform = 'ebay' returning gross_sale",
    "insert into sales.refunds (order_id, amount) values (currval('sales.orders_id_seq'), 1)",
    "select count(*) from sales.refunds as refund inner join sales.orders as sale "
    "on refund.order_id = sale.id where sale.gross_sale = %(n)s + 1",
    "insert into public.sizes (region, value) values ('EU', 'loop %(n)s') "
    "on conflict (region, value) do nothing",
    "select 'EU'::public.size_region, count(*) from public.sizes "
    "where region = 'EU'::public.size_region",
    "update products.inventory set status = 'listed'::public.inventory_status where id = 1",
]


@contextlib.contextmanager
def old_program(
    dsn: str, statements: list[str], first: int = 0, sessions: int = 2
) -> Iterator[list[str]]:
    """Run statements over and over while a block runs; yield the errors, none of which may be.

    first: the number of the first loop, which the statements have in them.
    """
    errors: list[str] = []
    stopped = threading.Event()
    loops = [first] * sessions

    def work(number: int) -> None:
        with psycopg.connect(dsn, autocommit=True, prepare_threshold=2) as connection:
            while not stopped.is_set():
                loops[number] += 1
                n = loops[number] * sessions + number
                for statement in statements:
                    text = statement % {"n": n, "before": n - 3 * sessions}
                    try:
                        connection.execute(text)
                    except psycopg.Error as error:
                        errors.append(f"{text}: {error}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(sessions)]
    for thread in threads:
        thread.start()
    try:
        yield errors
        reached = [loop + 3 for loop in loops]
        while not errors and any(now < end for now, end in zip(loops, reached, strict=True)):
            stopped.wait(0.05)
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
    assert errors == []


def test_the_example_is_what_the_templates_write(soleflip):
    wanted = soleflip.files()
    shutil.rmtree(soleflip.folder / "migrations")
    script = (EXAMPLE / "generate.sh").read_text(encoding="utf-8")
    for line in script.splitlines():
        if line.startswith("mdt "):
            soleflip(*line.split()[1:])
    assert soleflip.files() == wanted
    assert "system_v2" not in "".join(wanted.values())


def test_what_the_templates_write_passes_the_lint(soleflip):
    """Only a person can say whether a function of the same word means the old table."""
    env = {"PYTHONPATH": str(soleflip.root.folder)}
    (soleflip.root.folder / "pyproject.toml").symlink_to(files_root() / "pyproject.toml")
    linted = soleflip.run("--json", "lint", "migrations", cwd=soleflip.folder, env=env)
    complaints = json.loads(linted.stdout)["complaints"]
    assert [one for one in complaints if one["rule"] != "untracked_dependency"] == []


def test_old_programs_do_not_notice_the_moves_nor_the_way_back(soleflip, dump):
    before = soleflip.sql("select count(*) from sales.orders")
    with old_program(soleflip.dsn, OLD_PROGRAM):
        soleflip("apply")
    soleflip("verify")
    kinds = soleflip.sql(
        "select relnamespace::regnamespace::text || '.' || relname, relkind::text from pg_class "
        "where relname in ('orders', 'refunds', 'sizes', 'config', 'logs', 'system_logs') "
        "and relnamespace::regnamespace::text !~ '_v2$' order by 1"
    )
    assert dict(kinds) == {
        "products.sizes": "r",
        "public.sizes": "v",
        "public.system_logs": "v",
        "sales.orders": "v",
        "sales.refunds": "v",
        "system.config": "r",
        "system.logs": "r",
        "transactions.orders": "r",
        "transactions.refunds": "r",
    }
    (lost,) = soleflip.sql(
        "select count(*) from sales.orders as old full join transactions.orders as new "
        "on old.id = new.id where old is distinct from new"
    )[0]
    assert lost == 0
    assert soleflip.sql("select count(*) from transactions.orders") > before
    assert soleflip.sql("select count(*) from system.logs where id_new is distinct from id") == [
        (0,)
    ]
    counts = soleflip.sql("select count(*) from sales.orders where platform = 'stockx'")
    with old_program(soleflip.dsn, OLD_PROGRAM, first=5000):
        soleflip("rollback", "--to", "soleflip/0001_move_inventory_status")
    assert soleflip.sql("select count(*) from sales.orders where platform = 'stockx'") == counts
    assert soleflip.sql("select relkind::text from pg_class where oid = 'sales.orders'::regclass")
    assert soleflip.sql("select to_regnamespace('transactions')") == [(None,)]


def test_the_contracts_take_the_old_names_away_and_give_them_back(soleflip, dump):
    soleflip("apply")
    expanded = dump(soleflip.dsn)
    held = sorted(
        path.stem for path in (soleflip.folder / "migrations/later").glob("*_contract.sql")
    )
    # A column goes once no view uses it any more.
    for name in sorted(held, key=lambda name: "widen" in name):
        soleflip("new", "contract", name.removesuffix("_contract"))
    assert not list((soleflip.folder / "migrations/later").rglob("*_contract*"))
    soleflip("apply")
    soleflip("verify")
    assert soleflip.sql(
        "select to_regclass('sales.orders'), to_regclass('public.sizes'), "
        "to_regtype('public.size_region'), to_regclass('sales.orders_id_seq')"
    ) == [(None, None, None, None)]
    assert soleflip.sql("select pg_get_serial_sequence('system.logs', 'id')") == [
        ("system.system_logs_id_seq",)
    ]
    assert soleflip.sql("insert into system.logs (message) values ('x') returning id")[0][0] > 5000
    assert (
        soleflip.sql("insert into transactions.orders (platform, gross_sale) values ('x', 1)") == []
    )
    first = next(
        path.stem for path in sorted((soleflip.folder / "migrations").glob("*_contract.sql"))
    )
    soleflip("rollback", "--to", f"soleflip/{first}")
    soleflip("apply", "--help")
    # A column that is added again is the last one of its table.
    lines = sorted(line.strip().rstrip(",") for line in dump(soleflip.dsn).splitlines())
    wanted = sorted(line.strip().rstrip(",") for line in expanded.splitlines())
    assert [line for line in lines if "setval" not in line] == [
        line for line in wanted if "setval" not in line
    ]


# -- columns ----------------------------------------------------------------------------------

SHELVES = """
create schema shop;
create table shop.halls (hall text primary key);
insert into shop.halls values ('a'), ('b');
create table shop.shelves (
    id integer generated always as identity primary key,
    hall text not null default 'a' references shop.halls (hall),
    price numeric(10, 2) not null default 1 check (price > 0),
    label varchar(20),
    updated_count integer not null default 0,
    constraint shelves_label_key unique (label)
);
create index shelves_hall_price_idx on shop.shelves (hall, price) where price > 2;
insert into shop.shelves (price, label)
select number, 'label ' || number from generate_series(1, 20000) as number;
analyze shop.shelves;
comment on column shop.shelves.hall is 'Where it''s standing.';
"""


def catalog(folder: Folder, dump: Callable[[str], str]) -> list[str]:
    """Return the lines that describe the schema shop, the order of columns apart."""
    text = dump(folder.dsn)
    return sorted(line.strip().rstrip(",") for line in text.splitlines() if "shop" in line)


@pytest.mark.parametrize("way_back", [False, True])
def test_a_column_is_renamed_while_old_and_new_programs_write(empty, dump, way_back):
    empty.sql(SHELVES)
    before = catalog(empty, dump)
    done = empty("new", "migration", "rename_hall", "--rename-column", "shop.shelves.hall", "room")
    assert "later/rename_hall_contract.sql" in done.stdout
    writes = [
        "insert into shop.shelves (hall, label) values ('b', 'old %(n)s')",
        "update shop.shelves set hall = 'b' where id = %(n)s",
        "update shop.shelves set hall = case hall when 'a' then 'b' else 'a' end "
        "where id = 20000 - %(n)s",
        "insert into shop.shelves (hall, label) values ('a', 'old %(n)s') "
        "on conflict (label) do update set hall = excluded.hall",
    ]
    with old_program(empty.dsn, writes):
        empty("apply")
    assert empty.sql("select count(*) from shop.shelves where hall is distinct from room") == [(0,)]
    both = [
        *writes,
        "update shop.shelves set room = 'a' where id = %(n)s",
        "insert into shop.shelves (room, label) values ('b', 'new %(n)s')",
    ]
    with old_program(empty.dsn, both, first=5000):
        empty("verify")
    assert empty.sql("select count(*) from shop.shelves where hall is distinct from room") == [(0,)]
    assert empty.sql("select hall, room from shop.shelves where label = 'new 10004'") == [
        ("b", "b")
    ]
    empty.sql("update shop.shelves set room = 'b' where id = 7")
    rows = empty.sql("select id, hall, label from shop.shelves order by id")
    if way_back:
        empty("rollback", "--to", "own/0001_rename_hall")
        assert catalog(empty, dump) == before
        assert empty.sql("select id, hall, label from shop.shelves order by id") == rows
        return
    expanded = catalog(empty, dump)
    empty("new", "contract", "rename_hall")
    empty("apply")
    empty("verify")
    assert empty.sql("select id, room, label from shop.shelves order by id") == rows
    assert empty.sql("insert into shop.shelves (label) values ('z') returning room") == [("a",)]
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        empty.sql("insert into shop.shelves (room) values ('c')")
    empty.sql("delete from shop.shelves where label = 'z'")
    empty("rollback")
    assert catalog(empty, dump) == expanded
    assert empty.sql("select id, hall, label from shop.shelves order by id") == rows


def test_a_column_changes_its_type_by_expressions_both_ways(empty, dump):
    empty.sql(SHELVES)
    done = empty(
        "new",
        "migration",
        "count_cents",
        "--change-type",
        "shop.shelves.price",
        "bigint",
        "--using",
        "(price * 100)::bigint",
        "--back",
        "(price / 100.0)::numeric(10, 2)",
    )
    assert "would not come back" not in done.stderr
    writes = [
        "update shop.shelves set price = price + 0.5 where id = %(n)s",
        "insert into shop.shelves (price) values (%(n)s.25)",
    ]
    with old_program(empty.dsn, writes):
        empty("apply")
    wrong = "select count(*) from shop.shelves where price_new is distinct from price * 100"
    assert empty.sql(wrong) == [(0,)]
    empty.sql("update shop.shelves set price_new = 12345 where id = 1")
    assert empty.sql("select price::text from shop.shelves where id = 1") == [("123.45",)]
    expanded = catalog(empty, dump)
    empty("new", "contract", "count_cents")
    empty("apply")
    empty("verify")
    assert empty.sql("select price, pg_typeof(price)::text from shop.shelves where id = 1") == [
        (12345, "bigint")
    ]
    indexes = empty.sql(
        "select indexname from pg_indexes where schemaname = 'shop' and tablename = 'shelves' "
        "order by 1"
    )
    assert ("shelves_hall_price_idx",) in indexes
    with pytest.raises(psycopg.errors.CheckViolation, match="shelves_price_check"):
        empty.sql("insert into shop.shelves (price) values (0)")
    empty("rollback")
    assert catalog(empty, dump) == expanded
    assert empty.sql(wrong) == [(0,)]


def test_values_that_would_not_come_back_or_cannot_go_are_told_before(empty):
    empty.sql(SHELVES)
    done = empty("new", "migration", "whole", "--change-type", "shop.shelves.price", "integer")
    assert "would not come back" not in done.stderr
    empty.sql("update shop.shelves set price = price + 0.5")
    done = empty("new", "migration", "round", "--change-type", "shop.shelves.price", "integer")
    assert "10000 of the first 10000 rows would not come back as they are" in done.stderr
    refused = empty(
        "new", "migration", "no", "--change-type", "shop.shelves.label", "integer", code=FAILED
    )
    assert "has no counterpart" in refused.stderr


def test_a_backfill_that_was_killed_goes_on_where_it_stopped(empty):
    empty.sql(SHELVES)
    empty("new", "migration", "rename_hall", "--rename-column", "shop.shelves.hall", "room")
    path = empty.folder / "migrations/0002_rename_hall_backfill.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            "fill_shelves_room();", "fill_shelves_room(p_pages => 1, p_pause_seconds => 0.1);"
        )
    )
    failed = []

    def apply() -> None:
        env = {"PYTHONPATH": str(empty.root.folder)}
        failed.append(empty.run("apply", dsn=empty.dsn, cwd=empty.folder, env=env).returncode)

    thread = threading.Thread(target=apply)
    thread.start()
    with psycopg.connect(empty.dsn, autocommit=True) as connection:
        while True:
            there = connection.execute("select to_regclass('shop.fill_shelves_room')").fetchone()
            if there != (None,):
                page = connection.execute("select max(next_page) from shop.fill_shelves_room")
                if (page.fetchone()[0] or 0) >= 3:
                    break
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query like 'call %'"
        )
    thread.join()
    assert failed[0] != 0
    (filled,) = empty.sql("select count(*) from shop.shelves where room is not null")[0]
    (page,) = empty.sql("select next_page from shop.fill_shelves_room")[0]
    assert 0 < filled < 20000
    assert page >= 3
    path.write_text(text)
    empty("apply")
    assert empty.sql("select count(*) from shop.shelves where room is distinct from hall") == [(0,)]
    assert empty.sql("select to_regclass('shop.fill_shelves_room')") == [(None,)]


def test_a_backfill_passes_over_locked_rows_and_comes_back_for_them(empty):
    empty.sql(SHELVES)
    empty("new", "migration", "rename_label", "--rename-column", "shop.shelves.label", "title")
    with psycopg.connect(empty.dsn) as holder:
        applied = threading.Thread(target=empty, args=("apply",))
        holder.execute("select from shop.halls")
        applied.start()
        with psycopg.connect(empty.dsn, autocommit=True) as connection:
            while connection.execute("select to_regproc('shop.fill_shelves_title')").fetchone() == (
                None,
            ):
                pass
        holder.execute("select from shop.shelves where id = 5 for update")
        holder.rollback()
        applied.join()
    assert empty.sql("select count(*) from shop.shelves where title is distinct from label") == [
        (0,)
    ]


# -- what is refused --------------------------------------------------------------------------


REFUSED = [
    (["--rename-table", "shop.nothing", "x"], "there is no table or type", FAILED),
    (["--rename-table", "shelves", "x"], "is not written as SCHEMA.NAME", MISUSED),
    (["--rename-table", "shop.shelves", "halls"], "is there already", FAILED),
    (["--rename-table", "shop.cheap", "x"], "is a view or a foreign table", FAILED),
    (["--rename-table", "system_v2.logs", "x"], "is the toolkit's", FAILED),
    (["--move-schema", "nowhere", "x"], "has no table to move", FAILED),
    (["--move-schema", "shop.shelves", "core_v2"], "is the toolkit's", FAILED),
    (["--rename-column", "shop.shelves.no", "x"], "there is no column", FAILED),
    (["--rename-column", "shop.shelves.id", "x"], "is generated from others", FAILED),
    (["--rename-column", "shop.halls.hall", "x"], "is referenced by foreign keys", FAILED),
    (["--rename-column", "shop.shelves.label", "price"], "is there already", FAILED),
    (["--change-type", "shop.shelves.label", "no_type"], "there is no type", FAILED),
    (["--change-type", "shop.shelves.label", "a; drop"], "is no type", FAILED),
    (["--rename-table", 'shop."a', "x"], "cannot be read as a name", MISUSED),
    (["--rename-table", "shop.shelves", '"it\'s"'], "has signs that", FAILED),
    (["--using", "1"], "--using and --back belong to --change-type", MISUSED),
    (
        ["--rename-table", "shop.halls", "x", "--move-schema", "shop.halls", "y"],
        "only one change",
        MISUSED,
    ),
]


def test_what_cannot_be_done_so_is_refused_and_writes_nothing(empty):
    empty.sql(SHELVES)
    empty.sql("create view shop.cheap as select 1 as id")
    for words, message, code in REFUSED:
        refused = empty("new", "migration", "try", *words, code=code)
        assert message in refused.stderr
    assert empty.files() == {}


def test_names_of_capitals_and_spaces_are_quoted(empty):
    empty.sql('create schema "My Shop"; create table "My Shop"."A Shelf" ("An Id" int, "B" text);')
    empty.sql("""insert into "My Shop"."A Shelf" values (1, 'x')""")
    empty("new", "migration", "rename_b", "--rename-column", '"My Shop"."A Shelf"."B"', '"Neu Es"')
    empty("apply")
    empty("new", "migration", "rename_it", "--rename-table", '"My Shop"."A Shelf"', '"New Shelf"')
    empty("apply")
    assert empty.sql('select "An Id", "B" from "My Shop"."A Shelf"') == [(1, "x")]
    assert empty.sql('select "Neu Es" from "My Shop"."New Shelf"') == [("x",)]
    empty("verify")


def test_who_may_use_the_table_may_use_it_by_the_old_name(empty):
    empty.sql(SHELVES)
    role = f"r{empty.dsn.split('_empty_')[1].split('?')[0].replace('&', '')}"
    empty.sql(
        f"create role {role}; grant usage on schema shop to {role}; "
        f"grant select, insert on shop.shelves to {role}; "
        f"grant update (label) on shop.shelves to {role};"
    )
    try:
        empty("new", "migration", "racks", "--rename-table", "shop.shelves", "racks")
        empty("apply")
        empty.sql(
            f"set role {role}; insert into shop.shelves (label) values ('mine'); "
            "update shop.shelves set label = 'ours' where label = 'mine'; "
            "select count(*) from shop.shelves;"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            empty.sql(f"set role {role}; delete from shop.shelves;")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            empty.sql(f"set role {role}; update shop.shelves set price = 3;")
    finally:
        empty.sql(f"reset role; drop owned by {role}; drop role {role};")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hall > 2 AND t.hall > hall (1)", "room > 2 AND t.hall > hall (1)"),
        ("'hall' || \"hall\" || Hall || hallway", "'hall' || room || room || hallway"),
        ("hall.hall + hall", "hall.hall + room"),
        ("/* hall */ hall", "/* hall */ room"),
    ],
)
def test_only_the_column_gets_the_new_name_in_an_expression(text, expected):
    assert replace_name(text, "hall", "room") == expected


def test_what_the_view_of_an_old_name_does_and_what_it_does_not(empty):
    empty.sql(SHELVES)
    empty("new", "migration", "racks", "--rename-table", "shop.shelves", "racks")
    empty("apply")
    assert empty.sql(
        "insert into shop.shelves (label, price) values ('a', default) "
        "on conflict (label) do update set price = excluded.price returning price, hall"
    )
    empty.sql("select id from shop.shelves where label = 'a' for update")
    empty.sql("delete from shop.shelves where label = 'a'")
    for refused, error in (
        (
            "insert into shop.shelves (label) values ('b') "
            "on conflict on constraint shelves_label_key do nothing",
            psycopg.errors.UndefinedObject,
        ),
        ("truncate shop.shelves", psycopg.errors.WrongObjectType),
        ("select ctid from shop.shelves", psycopg.errors.UndefinedColumn),
        ("alter table shop.shelves add column x int", psycopg.errors.WrongObjectType),
    ):
        with pytest.raises(error):
            empty.sql(refused)
    with (
        psycopg.connect(empty.dsn) as connection,
        pytest.raises(psycopg.errors.WrongObjectType),
        connection.cursor().copy("copy shop.shelves (label) from stdin") as copy,
    ):
        copy.write_row(["c"])
