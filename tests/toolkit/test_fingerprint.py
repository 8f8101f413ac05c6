"""The catalog fingerprint: every planted difference is named, and nothing else ever is."""

import psycopg
import pytest

from toolkit import migrate
from toolkit.project import files_root

SHELF = """
create role test_reader nologin;
create role test_owner nologin;
create type core.condition as enum ('new', 'used');
create domain core.cents as bigint constraint cents_not_negative check (value >= 0);
create type core.size_range as range (subtype = numeric);
create type core.price as (cents bigint, currency text);
create sequence core.ticket_seq;
create table core.shelf (
    id bigint generated always as identity,
    name text not null default 'x',
    email text,
    status text not null,
    weight numeric(10, 2) generated always as (1) stored,
    created_at timestamptz not null default '2026-01-01 00:00+00',
    constraint shelf_pkey primary key (id),
    constraint shelf_status_is_known check (status in ('new', 'gone')),
    constraint shelf_created_at_is_past check (created_at < '2100-01-01 00:00+00')
) with (fillfactor = 90);
create index shelf_name_idx on core.shelf (name);
create index shelf_lower_idx on core.shelf (lower(email));
create table core.box (
    id bigint primary key,
    shelf_id bigint not null constraint box_shelf_id_fkey references core.shelf
);
create table core.parcel (id bigint, at timestamptz not null) partition by range (at);
create table core.parcel_2026 partition of core.parcel
for values from ('2026-01-01 00:00+00') to ('2027-01-01 00:00+00');
create function core.stamp() returns trigger language plpgsql set search_path = pg_catalog
as $f$ begin return new; end; $f$;
create trigger shelf_stamp before insert on core.shelf for each row execute function core.stamp();
create function core.add(a int, b int default 1) returns int language sql as $f$ select a + b $f$;
create aggregate core.total(bigint) (sfunc = int8pl, stype = bigint);
create view core.names as select id, name from core.shelf;
create materialized view core.statuses as select status, count(*) as n from core.shelf group by 1;
create unique index statuses_key on core.statuses (status);
create rule box_is_kept as on delete to core.box do instead nothing;
create policy shelf_readers on core.shelf for select using (status = 'new');
create statistics core.shelf_stats on name, status from core.shelf;
create publication test_shelves for table core.shelf;
alter default privileges in schema core grant select on tables to test_reader;
create collation core.german (provider = icu, locale = 'de');
"""

# What is planted -> how it is named. The first twelve are those that other tools were tried with.
# fmt: off
PLANTED = {
    "alter table core.shelf alter column status drop not null": "column core.shelf.status was "
    "changed: not null true -> (as usual)",
    "alter table core.shelf set (fillfactor = 70)": "table core.shelf was changed: "
    'storage parameters ["fillfactor=90"] -> ["fillfactor=70"]',
    "comment on column core.shelf.email is 'x'": "column core.shelf.email was changed: "
    "comment (as usual) -> x",
    "alter table core.shelf enable row level security": "table core.shelf was changed: "
    "row security (as usual) -> true",
    "alter function core.stamp() set search_path = public": "function core.stamp() was changed: "
    "definition",
    "grant select on core.shelf to public": "table core.shelf was changed: privileges",
    "alter sequence core.shelf_id_seq cache 20": "sequence core.shelf_id_seq was changed: "
    "cache 1 -> 20",
    "alter table core.shelf alter column email set statistics 500": "column core.shelf.email was "
    "changed: statistics target (as usual) -> 500",
    "alter table core.shelf alter column email set storage external": "column core.shelf.email "
    "was changed: storage (as usual) -> e",
    "create statistics core.more on id, email from core.shelf": "statistics core.more was added",
    "alter table core.shelf replica identity full": "table core.shelf was changed: "
    "replica identity (as usual) -> f",
    "cluster core.shelf using shelf_pkey": "index core.shelf_pkey was changed: "
    "clustering mark (as usual) -> true",
    # Tables and columns.
    "create table core.more ()": "table core.more was added",
    "alter table core.shelf add column more int": "column core.shelf.more was added",
    "drop table core.box": "table core.box was removed",
    "alter table core.shelf owner to test_owner": "table core.shelf was changed: "
    "owner postgres -> test_owner",
    "alter table core.shelf alter column name set default 'y'": "column core.shelf.name was "
    "changed: default 'x'::text -> 'y'::text",
    "alter table core.shelf alter column email type varchar(99)": "column core.shelf.email was "
    "changed: type text -> character varying(99)",
    "alter table core.shelf alter column name set compression lz4": "column core.shelf.name was "
    "changed: compression (as usual) -> l",
    "alter table core.shelf alter column weight drop expression": "column core.shelf.weight was "
    "changed: default 1 -> (as usual), generated s -> (as usual)",
    "alter table core.shelf alter column id set generated by default": "column core.shelf.id was "
    "changed: identity a -> d",
    "alter table core.shelf alter column name set (n_distinct = 5)": "column core.shelf.name was "
    'changed: options (as usual) -> ["n_distinct=5"]',
    "grant update (name) on core.shelf to test_reader": "column core.shelf.name was changed: "
    "privileges (as usual) -> ",
    "alter table core.box set unlogged": "table core.box was changed: persistence (as usual) -> u",
    "alter table core.shelf set (toast.autovacuum_enabled = false)": "table core.shelf was "
    "changed: toast storage parameters (as usual) -> ",
    "alter table core.shelf force row level security": "table core.shelf was changed: "
    "forced row security (as usual) -> true",
    "alter table core.shelf rename column email to mail": "column core.shelf.mail was added",
    "alter table core.parcel detach partition core.parcel_2026": "table core.parcel_2026 was "
    "changed: parents",
    "create table core.parcel_2027 partition of core.parcel"
    " for values from ('2027-01-01') to ('2028-01-01')": "table core.parcel_2027 was added",
    # Constraints, indexes, statistics.
    "alter table core.shelf drop constraint shelf_status_is_known": "constraint "
    "core.shelf.shelf_status_is_known was removed",
    "alter table core.box add check (id > 0) not valid": "constraint core.box.box_id_check was "
    "added",
    "alter table core.box alter constraint box_shelf_id_fkey deferrable": "constraint "
    "core.box.box_shelf_id_fkey was changed: definition",
    "alter table core.box disable trigger all": "table core.box was changed: "
    'unchecked constraints (as usual) -> ["box_shelf_id_fkey"]',
    "drop index core.shelf_name_idx": "index core.shelf_name_idx was removed",
    "alter index core.shelf_name_idx set (fillfactor = 50)": "index core.shelf_name_idx was "
    "changed: definition",
    "update pg_index set indisvalid = false where indexrelid = 'core.shelf_name_idx'::regclass":
    "index core.shelf_name_idx was changed: invalid (as usual) -> true",
    "alter index core.shelf_lower_idx alter column 1 set statistics 300": "index "
    'core.shelf_lower_idx was changed: statistics targets (as usual) -> {"1": 300}',
    "alter table core.shelf replica identity using index shelf_pkey": "index core.shelf_pkey was "
    "changed: replica identity (as usual) -> true",
    "comment on index core.shelf_name_idx is 'x'": "index core.shelf_name_idx was changed: "
    "comment (as usual) -> x",
    "alter statistics core.shelf_stats set statistics 50": "statistics core.shelf_stats was "
    "changed: statistics target (as usual) -> 50",
    # Functions, views, triggers, rules, policies.
    "create or replace function core.add(a int, b int default 1) returns int language sql"
    " as $f$ select a - b $f$": "function core.add(integer, integer) was changed: definition",
    "alter function core.add volatile cost 7": "function core.add(integer, integer) was changed: "
    "definition",
    "alter function core.add owner to test_owner": "function core.add(integer, integer) was "
    "changed: owner postgres -> test_owner",
    "revoke execute on function core.add from public": "function core.add(integer, integer) was "
    "changed: privileges (as usual) -> ",
    "create function core.add(a text) returns int language sql as $f$ select 1 $f$": "function "
    "core.add(text) was added",
    "create or replace aggregate core.total(bigint) (sfunc = int8pl, stype = bigint,"
    " initcond = '5')": "aggregate core.total(bigint) was changed: parts",
    "create or replace view core.names as select id, upper(name) as name from core.shelf": "view "
    "core.names was changed: definition",
    "alter view core.names set (security_barrier)": "view core.names was changed: "
    'storage parameters (as usual) -> ["security_barrier=true"]',
    "drop index core.statuses_key": "index core.statuses_key was removed",
    "alter table core.shelf disable trigger shelf_stamp": "trigger core.shelf.shelf_stamp was "
    "changed: enabled (as usual) -> D",
    "drop trigger shelf_stamp on core.shelf": "trigger core.shelf.shelf_stamp was removed",
    "alter table core.box disable rule box_is_kept": "rule core.box.box_is_kept was changed: "
    "enabled (as usual) -> D",
    "alter policy shelf_readers on core.shelf to test_reader": "policy core.shelf.shelf_readers "
    'was changed: roles ["public"] -> ["test_reader"]',
    "alter policy shelf_readers on core.shelf using (true)": "policy core.shelf.shelf_readers was "
    "changed: using (status = 'new'::text) -> true",
    # Types, sequences, schemas, publications.
    "alter type core.condition add value 'worn'": "type core.condition was changed: "
    'labels ["new", "used"] -> ["new", "used", "worn"]',
    "alter domain core.cents drop constraint cents_not_negative": "type core.cents was changed: "
    "checks",
    "alter domain core.cents set default 1": "type core.cents was changed: default (as usual) -> 1",
    "alter type core.price add attribute at date": "column core.price.at was added",
    "comment on type core.size_range is 'x'": "type core.size_range was changed: "
    "comment (as usual) -> x",
    "alter sequence core.ticket_seq cycle owned by core.shelf.id": "sequence core.ticket_seq was "
    "changed: cycle (as usual) -> true, owned by (as usual) -> core.shelf.id",
    "grant create on schema core to test_reader": "schema core was changed: privileges",
    "alter schema core owner to test_owner": "schema core was changed: "
    "owner postgres -> test_owner",
    "alter default privileges in schema core grant insert on tables to test_reader": "default "
    "privileges in core for postgres on tables was changed: privileges",
    "alter publication test_shelves set table core.shelf (id, name) where (id > 5)":
    "publication test_shelves of core.shelf was changed: columns",
    "alter publication test_shelves drop table core.shelf": "publication test_shelves of "
    "core.shelf was removed",
    "create operator core.## (function = int8pl, leftarg = bigint, rightarg = bigint)":
    "operator core.##(bigint,bigint) was added",
    "alter collation core.german owner to test_owner": "collation core.german was changed: "
    "owner postgres -> test_owner",
    "create function strangler.capture_write_nothing() returns int language sql"
    " as $f$ select 1 $f$": "function strangler.capture_write_nothing() was added",
}
# fmt: on


def drift(connection: psycopg.Connection) -> list[str]:
    """Return what verify would say of the catalog."""
    from toolkit import fingerprint
    from toolkit.project import Project

    found = fingerprint.drift(connection, Project(files_root()))
    return [line for item in found for line in item.lines()]


@pytest.fixture(scope="module")
def shelf(shared_shelf):
    """Return a connection to a database with one of everything in it, recorded as right."""
    with psycopg.connect(shared_shelf, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def shared_shelf(cluster, template):
    from tests.conftest import _fresh_name, _janitor

    name = _fresh_name("shelf")
    with _janitor(cluster, name, template=template):
        with psycopg.connect(cluster.dsn(name), autocommit=True) as connection:
            connection.execute(SHELF)
            connection.execute("select system.begin_run()")
            # What was made by hand is taken as right here, as the work of a run would be.
            connection.execute("update system.catalog_objects set is_drifted = false")
            connection.execute("select system.end_run('apply', 'test')")
            yield cluster.dsn(name)
            connection.execute("drop owned by test_reader, test_owner cascade")
            connection.execute("drop publication test_shelves")
        with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
            pass
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
        connection.execute("drop role test_reader, test_owner")


@pytest.mark.parametrize("change", PLANTED, ids=lambda change: change[:60])
def test_a_planted_difference_is_named_with_what_about_it(shelf, change):
    with shelf.transaction(force_rollback=True):
        if change.startswith("update pg_index"):
            shelf.execute("set local allow_system_table_mods = on")
        shelf.execute(change)
        found = drift(shelf)
    assert any(line.startswith(PLANTED[change]) for line in found), found
    assert drift(shelf) == []


@pytest.mark.parametrize(
    "change",
    [
        "insert into core.shelf (status) values ('new'); update core.shelf set name = 'z'",
        "analyze; refresh materialized view core.statuses; reindex table core.shelf",
        "select nextval('core.ticket_seq')",
        "set search_path = core; set timezone = 'Asia/Tokyo'; set datestyle = 'German';"
        " set quote_all_identifiers = on; set intervalstyle = 'sql_standard'",
        "revoke all on core.shelf from postgres; grant all on core.shelf to postgres",
        "alter table core.box alter column id set statistics -1",
        "comment on table core.box is null",
        "create table public.other (id int); create function public.f() returns int language sql"
        " as 'select 1'",
        "select partman.run_maintenance(parent_table) from partman.part_config",
        "create table archive.retired (id int)",
    ],
    ids=lambda change: change[:50],
)
def test_what_is_no_difference_is_not_reported(shelf, change):
    with shelf.transaction(force_rollback=True):
        shelf.execute(change)
        assert drift(shelf) == []


def test_partitions_that_come_and_go_are_not_drift_but_the_default_one_is(shelf):
    with shelf.transaction(force_rollback=True):
        shelf.execute("update partman.part_config set premake = premake + 3")
        before = shelf.execute("select count(*) from pg_class where relispartition").fetchone()
        shelf.execute("select partman.run_maintenance(parent_table) from partman.part_config")
        after = shelf.execute("select count(*) from pg_class where relispartition").fetchone()
        assert after[0] > before[0]
        assert drift(shelf) == []
        shelf.execute("alter table system.logs_default set (fillfactor = 50)")
        assert len(drift(shelf)) == 1


def test_the_fingerprint_is_the_same_for_whoever_asks(shelf):
    query = "select md5(string_agg(facts_sha256, ',' order by kind, identity)) from"
    query += " system.describe_catalog(system.installed_schemas())"
    before = shelf.execute(query).fetchone()
    with shelf.transaction(force_rollback=True):
        shelf.execute("grant usage on schema system to test_reader")
        shelf.execute("grant select on all tables in schema system to test_reader")
        expected = shelf.execute(query).fetchone()
        shelf.execute("set local role test_reader; set local timezone = 'Asia/Tokyo'")
        assert shelf.execute(query).fetchone() == expected
    assert shelf.execute(query).fetchone() == before


def test_two_installations_of_one_version_have_one_fingerprint(cluster, dsn, empty_dsn):
    migrate.apply_all(empty_dsn)
    found = []
    for address in (dsn, empty_dsn):
        with psycopg.connect(address) as connection:
            query = "select fingerprint from system.catalog_fingerprints"
            found.append(connection.execute(query).fetchone()[0])
    assert found[0] == found[1]
