"""analytics.refresh_views: first plainly, then beside the readers."""

import threading

import psycopg
import pytest

VIEWS = "analytics.latest_prices, analytics.profit_opportunities"


@pytest.fixture
def session(dsn, open_market_in):
    """Return a connection to a database of one's own, with the small market in it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        open_market_in(connection)
        yield connection


def count(connection):
    return connection.execute("select count(*) from analytics.latest_prices").fetchone()[0]


def test_nothing_can_be_read_before_the_first_refresh(session):
    with pytest.raises(psycopg.Error) as refused:
        count(session)
    assert refused.value.sqlstate == "55000"


def test_all_views_are_refreshed_first_and_later(session):
    assert session.execute("select analytics.refresh_views()").fetchone() == (VIEWS,)
    assert count(session) == 7
    session.execute("delete from integration.price_sources where source = 'alias'")
    assert count(session) == 7
    assert session.execute("select analytics.refresh_views()").fetchone() == (VIEWS,)
    assert count(session) == 6


def test_readers_go_on_during_a_later_refresh(dsn, session):
    session.execute("select analytics.refresh_views()")
    session.execute("delete from integration.price_sources where source = 'alias'")
    with psycopg.connect(dsn) as reader, psycopg.connect(dsn) as writer:
        # The reader holds its lock, and the refresh its own, until each transaction ends.
        assert count(reader) == 7
        writer.execute("set statement_timeout = '20s'")
        writer.execute("select analytics.refresh_views()")
        reader.execute("set statement_timeout = '20s'")
        assert count(reader) == 7
        writer.commit()
        assert count(reader) == 6


def test_two_refreshes_at_once_wait_for_each_other(dsn, session):
    session.execute("select analytics.refresh_views()")
    barrier, failed = threading.Barrier(2), []

    def refresh():
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("set statement_timeout = '60s'")
                barrier.wait(20)
                for _ in range(5):
                    connection.execute("select analytics.refresh_views()")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=refresh) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert count(session) == 7


def test_it_is_a_regular_job(db):
    assert db.execute(
        "select count(*) from sync.cron_jobs where name = 'refresh_views'"
    ).fetchone() == (1,)
