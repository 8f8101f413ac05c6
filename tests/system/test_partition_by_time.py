"""system.partition_by_time and forget_partitions: pg_partman, whatever its version."""

import psycopg
import pytest

ARGUMENTS = "'system.events', 'at', %s"


def partition(db, period="daily", **named):
    more = "".join(f", p_{name} => %s" for name in named)
    query = f"select system.partition_by_time('system.events', 'at', %s{more})"
    db.execute(query, [period, *named.values()])


def bounds(db, table="system.events"):
    """Return the bounds of a table's partitions, the default one apart."""
    return [
        row[0]
        for row in db.execute(
            """
            select pg_get_expr(leaf.relpartbound, leaf.oid)
            from pg_inherits as inheritance
            inner join pg_class as leaf on inheritance.inhrelid = leaf.oid
            where inheritance.inhparent = %s::regclass
            order by 1
            """,
            [table],
        )
        if row[0] != "DEFAULT"
    ]


def where(db, moment):
    """Insert a row and return whether it lies in a partition of its own time."""
    return db.execute(
        f"insert into system.events (at) values ({moment}) returning tableoid::regclass::text"
    ).fetchone()[0]


def config(db, column):
    [schema] = db.execute(
        "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_partman'"
    ).fetchone()
    found = db.execute(
        f"select {column} from {schema}.part_config where parent_table = 'system.events'"
    ).fetchone()
    return found and found[0]


@pytest.mark.parametrize(
    ("period", "length"), [("daily", "1 day"), ("monthly", "1 month"), ("yearly", "1 year")]
)
def test_partitions_are_made_around_today(events, period, length):
    partition(events, period)
    assert len(bounds(events)) == 9
    for periods in (-4, -1, 0, 1, 4):
        table = where(events, f"now() + {periods} * interval '{length}'")
        assert table != "system.events_default"
    for periods in (-6, 6):
        table = where(events, f"now() + {periods} * interval '{length}'")
        assert table == "system.events_default"


def test_repeating_it_changes_nothing(events):
    partition(events)
    before = bounds(events)
    partition(events)
    assert bounds(events) == before


def test_it_changes_how_partitions_are_kept(events):
    partition(events)
    assert config(events, "retention") is None
    partition(events, premake=7, retention="30 days")
    assert config(events, "premake") == 7
    assert config(events, "retention") == "30 days"
    assert config(events, "retention_keep_table") is False
    assert config(events, "infinite_time_partitions") is True
    assert len(bounds(events)) == 9
    events.execute("select system.maintain_partitions()")
    # pg_partman 4 makes one more than it is told.
    assert len(bounds(events)) - (4 + 1 + 7) in (0, 1)


def test_the_oldest_partition_holds_the_day_that_is_named(events):
    partition(events, "yearly", start="2019-06-01")
    assert where(events, "'2019-06-01Z'") == where(events, "'2019-12-01Z'")
    assert where(events, "'2019-06-01Z'") != "system.events_default"
    assert where(events, "'2018-06-01Z'") == "system.events_default"


@pytest.mark.parametrize("period", ["weekly", "1 day", "", None])
def test_another_period_is_refused(events, period):
    with pytest.raises(psycopg.Error, match="is not daily, monthly or yearly") as refused:
        partition(events, period)
    assert refused.value.sqlstate == "22023"


def test_a_table_that_is_not_there_is_refused(db):
    with pytest.raises(psycopg.Error) as refused:
        db.execute("select system.partition_by_time('system.nothing', 'at', 'daily')")
    assert refused.value.sqlstate == "42P01"


def test_a_table_that_is_not_partitioned_is_refused(db):
    db.execute("create table system.events (at timestamptz not null)")
    with pytest.raises(psycopg.Error):
        partition(db)


@pytest.mark.parametrize(
    ("table", "period", "retention"),
    [
        ("integration.price_history", "1 mon", None),
        ("integration.market_sales", "1 year", None),
        ("integration.raw_snapshots", "1 day", "30 days"),
        ("equities.quote_history", "1 mon", None),
        ("system.logs", "1 mon", "12 mons"),
    ],
)
def test_our_own_tables_are_kept(db, table, period, retention):
    assert len(bounds(db, table)) >= 9
    [schema] = db.execute(
        "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_partman'"
    ).fetchone()
    assert db.execute(
        f"select partition_interval::interval = %s::interval, retention::interval = %s::interval"
        f" from {schema}.part_config where parent_table = %s",
        [period, retention, table],
    ).fetchone() == (True, None if retention is None else True)


def test_sales_since_2015_have_partitions(db):
    assert "FROM ('2015-" in bounds(db, "integration.market_sales")[0]


def test_a_forgotten_table_keeps_its_partitions(events):
    partition(events)
    template = config(events, "template_table")
    events.execute("select system.forget_partitions('system.events')")
    assert config(events, "parent_table") is None
    assert len(bounds(events)) == 9
    assert template is None or events.execute("select to_regclass(%s)", [template]).fetchone() == (
        None,
    )


def test_forgetting_a_table_that_is_not_kept_does_nothing(events):
    events.execute("select system.forget_partitions('system.events')")
    events.execute("select system.forget_partitions('system.nothing')")
    events.execute('select system.forget_partitions(\'"system"."events"\')')


def test_a_forgotten_table_can_be_kept_again(db):
    """A table is dropped and made again when a migration goes down and up."""
    for _ in range(2):
        db.execute("create table system.events (at timestamptz not null) partition by range (at)")
        partition(db)
        assert len(bounds(db)) == 9
        db.execute("select system.forget_partitions('system.events'); drop table system.events")
