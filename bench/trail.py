"""The change trail: what it adds to writes, of one large statement and of many small ones."""

import psycopg

from bench.rows import Row, Server, databases, medians, progress, timed
from toolkit.migrate import apply_all

DATABASE = "mdt_bench_trail"
TABLES = ("plain", "audited")
ROWS, SMALL = 50_000, 20_000
MAKE = """
create table {0} (
    id bigint primary key, account_id int not null, symbol text not null,
    quantity numeric(18, 4) not null, price numeric(18, 6) not null, status text not null,
    details jsonb not null, updated_at timestamptz not null
)
"""
INSERT = """
insert into {0}
select n, n % 1000, 'SYM' || n % 500, n % 977, (n % 5003) / 7.0, 'open',
    jsonb_build_object('desk', 'd' || n % 9, 'book', 'b' || n % 40), now()
from generate_series({1}, {2}) as n
"""
INSERT_ONE = """
insert into {0} values (%s, 1, 'SYM1', 2, 3.5, 'open', '{{"desk": "d1", "book": "b2"}}', now())
"""
UPDATE = "update {0} set price = price + 1, updated_at = clock_timestamp()"
LOOP = "do $$ begin for n in 1..{1} loop {0} where id = n; end loop; end $$"
TITLES = {
    "insert many": f"{ROWS} rows inserted by one statement",
    "update many": f"{ROWS} rows updated by one statement",
    "insert one": f"{SMALL} inserts of one row, one transaction",
    "update one": f"{SMALL} updates of one row, one transaction",
    "update loop": f"{SMALL} updates of one row in a PL/pgSQL loop",
}


def run(connection: psycopg.Connection, table: str) -> dict[str, float]:
    """Write one table in every way, and return the seconds of each."""

    def many(statement: str, first: int, last: int) -> None:
        with connection.transaction():
            for number in range(first, last + 1):
                connection.execute(statement, [number])

    def execute(statement: str) -> None:
        connection.execute(statement.encode())

    return {
        "insert many": timed(lambda: execute(INSERT.format(table, 1, ROWS))),
        "update many": timed(lambda: execute(UPDATE.format(table)), lambda: vacuum(connection)),
        "insert one": timed(
            lambda: many(INSERT_ONE.format(table), ROWS + 1, ROWS + SMALL),
            lambda: vacuum(connection),
        ),
        "update one": timed(
            lambda: many(UPDATE.format(table) + " where id = %s", 1, SMALL),
            lambda: vacuum(connection),
        ),
        "update loop": timed(
            lambda: execute(LOOP.format(UPDATE.format(table), SMALL)), lambda: vacuum(connection)
        ),
    }


def vacuum(connection: psycopg.Connection) -> None:
    """Leave no work of the step before to the next, on either side."""
    connection.execute("vacuum analyze plain")
    connection.execute("vacuum analyze audited")
    connection.execute("checkpoint")


def measure(rounds: int) -> list[Row]:
    """Write a table with a trail and one without, in turn."""
    server = Server()
    seen: dict[str, list[float]] = {f"{name} {table}": [] for name in TITLES for table in TABLES}
    with databases(server, DATABASE):
        server.fresh(DATABASE)
        apply_all(server.dsn(DATABASE))
        with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
            connection.execute("set jit = off")
            for number in range(rounds):
                progress(f"trail: round {number + 1} of {rounds}")
                for table in TABLES:
                    connection.execute(f"drop table if exists {table}".encode())
                    connection.execute(MAKE.format(table).encode())
                connection.execute("select system.enable_audit('audited')")
                for table in TABLES if number % 2 else reversed(TABLES):
                    for name, seconds in run(connection, table).items():
                        seen[f"{name} {table}"].append(seconds)
    median = medians(seen)
    return [
        Row(f"{title}, with a trail", median[f"{name} audited"], "without", median[f"{name} plain"])
        for name, title in TITLES.items()
    ]
