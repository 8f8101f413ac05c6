"""Each rule of the house: what breaks it is found, what comes near is not, and ours keep it."""

from dataclasses import dataclass

import pytest

from toolkit import checks
from toolkit import db as connections
from toolkit.migrate import Migrator
from toolkit.project import Project, files_root
from toolkit.render import map_schemas

CHECKS = {check.name: check for check in checks.load(files_root() / "checks" / "house")}
HEAD = "returns int language sql"
ONE = "as $f$ select 1; $f$;"


@dataclass(frozen=True)
class Case:
    """What breaks a rule, the one finding that it makes, and what keeps the rule."""

    breaks: str
    found: tuple[str, str]
    keeps: str


CASES = {
    "function_without_search_path": Case(
        breaks=f"create function core.f(a int) {HEAD} set lock_timeout = '1s' {ONE}",
        found=("core.f(integer)", "language sql"),
        keeps=f"""
            create function core.f() {HEAD} set search_path = pg_catalog, pg_temp {ONE}
            create function core.g() returns int language sql begin atomic select 1; end;
            create function public.h() {HEAD} {ONE}
        """,
    ),
    "object_without_comment": Case(
        breaks="comment on column core.brands.name is ' ';",
        found=("core.brands.name", "column"),
        keeps="""
            create table core.t (id int);
            comment on table core.t is 'A table.';
            comment on column core.t.id is 'Key.';
            create view core.v as select id from core.t;
            comment on view core.v is 'A view; its columns are those of the table.';
            create table public.t (id int);
        """,
    ),
    "view_with_owner_rights": Case(
        breaks="create view core.v as select 1 as a;",
        found=("core.v", "owner postgres"),
        keeps="create view core.v with (security_invoker) as select 1 as a;"
        "create view public.v as select 1 as a;",
    ),
    "user_rows_without_protection": Case(
        breaks="create materialized view core.stock as select owner_id from products.inventory;",
        found=("core.stock", "shows rows of products.inventory"),
        keeps="""
            create materialized view core.names as select name from core.brands;
            create table core.t (buyer_id uuid references auth.users);
            alter table core.t enable row level security, force row level security;
            create table public.t (user_id uuid);
        """,
    ),
    "foreign_key_without_index": Case(
        breaks="create table core.t (a int, brand_id uuid references core.brands);"
        "create index on core.t (a, brand_id);",
        found=("core.t.t_brand_id_fkey", "refers to core.brands"),
        keeps="""
            create table core.t (
                a uuid references core.brands, b uuid references core.brands,
                c uuid references core.brands primary key
            );
            create index on core.t (a, b);
            create index on core.t (b) where b is not null;
        """,
    ),
    "table_without_primary_key": Case(
        breaks="create table core.t (id int unique not null) partition by range (id);",
        found=("core.t", "partitioned"),
        keeps="""
            create table core.t (id int primary key) partition by range (id);
            create table core.t_1 partition of core.t for values from (1) to (2);
            create view core.v as select id from core.t;
            create table public.t (id int);
        """,
    ),
    "constraint_without_name": Case(
        breaks="create table core.t (amount int check (amount > 0));",
        found=("core.t.t_amount_check", "CHECK ((amount > 0))"),
        keeps="""
            create table core.t (
                id int not null, a int, constraint t_pkey primary key (id),
                constraint t_a_key unique (a, id), constraint t_a_is_positive check (a > 0)
            ) partition by range (id);
            create table core.t_1 partition of core.t for values from (1) to (2);
        """,
    ),
    "definer_function_open_to_public": Case(
        breaks=f"create function core.f() {HEAD} security definer {ONE}",
        found=("core.f()", "owner postgres"),
        keeps=f"""
            create function core.f() {HEAD} security definer {ONE}
            revoke all on function core.f() from public;
            create function core.g() {HEAD} {ONE}
        """,
    ),
    "column_of_unwanted_type": Case(
        breaks="create table core.t (seen timestamp[]);",
        found=("core.t.seen", "timestamp without time zone[]"),
        keeps="""
            create table core.t (
                at timestamptz, day date, currency char(3), word text, share numeric, ids uuid[]
            );
        """,
    ),
    "money_without_currency": Case(
        breaks="create table core.t (fee_cents int, currency char(3));",
        found=("core.t.fee_cents", "integer"),
        keeps="""
            create table core.t (fee_cents bigint, fee_currency char(3));
            create view core.v as select avg(fee_cents) as mean_cents, 'EUR' as currency
            from core.t;
            create table core.u (cents_seen int);
        """,
    ),
    "unclassified_column": Case(
        breaks="alter table core.brands add column founder text;",
        found=(
            "core.brands.founder",
            "is not classified: say with system.classify_table() what it tells of a person",
        ),
        keeps="""
            create table core.t (id int primary key, note text);
            select system.classify_table('core.t', p_plain => '{id}', p_free => '{note}');
            create table public.t (id int primary key, note text);
            create view core.v as select note from core.t;
        """,
    ),
    "stale_audit": Case(
        breaks="alter table core.brands add column country char(2);"
        "comment on column core.brands.country is 'ISO 3166.'",
        found=("core_brands", "its columns changed: country"),
        keeps="""
            create table public.t (id int primary key, price float8, fee_cents int);
            select system.enable_audit('public.t');
            alter table core.brands add constraint new check (name <> 'new');
        """,
    ),
}
MORE = {
    "function_without_search_path": [
        "create procedure core.p() language plpgsql as $f$ begin end; $f$;"
    ],
    "object_without_comment": [
        f"create function core.f() {HEAD} {ONE}",
        "create view core.v as select 1 as id;",
        "create materialized view core.m as select 1 as id;",
        "create type core.pair as (a int);",
        "create type core.mood as enum ('good');",
        "create domain core.positive as int;",
        "create table core.t (); ",
    ],
    "foreign_key_without_index": [
        "create table core.t (b uuid references core.brands, is_old bool);"
        "create index on core.t (b) where is_old;"
    ],
    "constraint_without_name": [
        "create domain core.d as int check (value > 0);",
        "create table core.t (a int unique);alter table core.t add constraint t_a_key1 unique (a);",
    ],
    "column_of_unwanted_type": [
        f"create table core.t (c {name});"
        for name in ("timestamp(0)", "time with time zone", "real", "float8", "money", "varchar(9)")
    ],
    "stale_audit": [
        "drop trigger audit_update on core.brands;",
        "alter table core.brands disable trigger audit_insert;",
        "create table public.t (id int primary key); select system.enable_audit('public.t');"
        "drop table public.t;",
    ],
    "unclassified_column": [
        "create table archive.old (id int);",
        "alter table core.brands drop column slug;",
        "create table public.legacy (id int);"
        "select system.classify_table('public.legacy', p_plain => '{id}');"
        "alter table public.legacy add column phone text;",
        "create table core.t (name text); select system.classify_table('core.t', "
        "p_attribute => '{name}');",
        "create table core.t (owner_id uuid); select system.classify_table('core.t', "
        "p_subject => '{owner_id}');",
        "create table core.t (size int); select system.classify_table('core.t', "
        "p_free => '{size}');",
        "alter table auth.users alter column last_login_at set not null;",
    ],
    "money_without_currency": [
        "create table core.t (fee_cents bigint);",
        "create table core.t (fee_cents float8, currency char(3));",
        "create view core.v as select 1::bigint as fee_cents;",
    ],
}


def findings(connection, name: str) -> list[tuple[str, str]]:
    (outcome,) = checks.run(connection, [CHECKS[name]]).outcomes
    assert outcome.status in ("passed", "findings"), outcome.reason
    return [(finding.subject, finding.detail) for finding in outcome.findings]


def test_every_rule_is_tried():
    assert set(CASES) == set(CHECKS)


@pytest.mark.superuser
@pytest.mark.parametrize("name", CASES)
def test_what_breaks_a_rule_is_found_and_nothing_else(rolled_back, name):
    rolled_back.execute(CASES[name].breaks)
    assert findings(rolled_back, name) == [CASES[name].found]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in MORE for text in MORE[name]])
def test_the_rule_knows_other_forms_of_it(rolled_back, name, text):
    rolled_back.execute(text)
    assert len(findings(rolled_back, name)) == 1


@pytest.mark.parametrize("name", CASES)
def test_what_keeps_a_rule_is_not_found(rolled_back, name):
    rolled_back.execute(CASES[name].keeps)
    assert findings(rolled_back, name) == []


@pytest.mark.parametrize("name", CHECKS)
def test_the_toolkit_keeps_its_own_rules(rolled_back, name):
    assert findings(rolled_back, name) == []


def test_the_rules_hold_under_other_names_too(empty_dsn):
    project = Project(files_root())
    project.schema_map = project.wanted_map("_v2")

    def outcomes() -> dict[str, str]:
        run = checks.run(
            connection,
            list(CHECKS.values()),
            transform=lambda text: map_schemas(text, project.schema_map),
        )
        return {outcome.check.name: outcome.status for outcome in run.outcomes}

    with connections.connect(empty_dsn) as connection:
        Migrator(connection, project).apply()
        assert outcomes() == dict.fromkeys(CHECKS, "passed")
        connection.execute("create table core_v2.t (a_cents float8, b timestamp)")
        found = {name for name, status in outcomes().items() if status == "findings"}
        assert found == {
            "column_of_unwanted_type",
            "money_without_currency",
            "object_without_comment",
            "table_without_primary_key",
            "unclassified_column",
        }
