"""Our job queue beside the plainest one that SQL can make: enqueue, claim and complete.

The floor is one table without dedupe, priorities, leases, quotas or history, claimed with SKIP
LOCKED. Both are driven by pgbench, in turn; a claim and what completes it are two transactions.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import psycopg

from bench.rows import Row, Server, databases, medians, progress
from toolkit.migrate import apply_all

DATABASE = "mdt_bench_queue"
UNIT = 10_000  # jobs that a time is for


class Queue(NamedTuple):
    """SQL of a queue. fill: %s jobs more; the others are pgbench scripts.

    batch: jobs a call; claim and complete are joined by variables of pgbench.
    """

    make: str
    empty: str
    fill: str
    enqueue: str
    claim: str
    complete: str
    waiting: str


MINIMAL = Queue(
    """
    create schema minimal;
    create table minimal.jobs (
        id bigint generated always as identity primary key,
        state smallint not null default 0,
        payload jsonb not null
    );
    """,
    "truncate minimal.jobs",
    """
    insert into minimal.jobs (payload)
    select jsonb_build_object('type', 'bench', 'subject', 'subject-' || n)
    from generate_series(1, {}) as n
    """,
    """
    insert into minimal.jobs (payload)
    select jsonb_build_object('type', 'bench', 'subject', 'subject-' || n)
    from generate_series(1, :batch) as n;
    """,
    """
    with claimed as (
        update minimal.jobs set state = 1
        where id in (
            select id from minimal.jobs where state = 0 order by id
            for update skip locked limit :batch
        )
        returning id, payload
    )
    select coalesce(array_agg(id), '{}')::text as ended, sum(length(payload::text)) as bytes
    from claimed \\gset
    """,
    "delete from minimal.jobs where id = any(:ended::bigint[]);",
    "select count(*) from minimal.jobs",
)
OURS = Queue(
    """
    create sequence public.bench_subject;
    select sync.register_provider('bench', 'Bench', 'http://bench.test');
    select sync.register_data_type(
        'bench', 'bench', 'price', 'integration.price_sources', '{"path": "/prices/{subject}"}'
    );
    """,
    "truncate sync.api_call_queue, sync.queue_keys, sync.subjects, sync.api_data_usage",
    """
    select sync.enqueue('bench', array_agg('subject-' || nextval('public.bench_subject')))
    from generate_series(1, {})
    """,
    """
    select sync.enqueue('bench', array_agg('subject-' || nextval('public.bench_subject')))
    from generate_series(1, :batch);
    """,
    """
    select
        coalesce(array_agg(receipt), '{}')::text as ended,
        sum(length(request::text)) as bytes
    from sync.get_queue_batch('bench', :batch) \\gset
    """,
    "select completed from sync.complete_jobs(:ended::text[]);",
    "select count(*) from sync.queue_keys",
)
KNOWN = """
insert into sync.subjects (data_type, subject)
select data_type, subject from sync.queue_keys
"""
SIDES = {"ours": OURS, "minimal": MINIMAL}
# Title, jobs a call, clients, jobs in all.
ENQUEUED = (("enqueued one by one", 1, 4, 20_000), ("enqueued by 1,000", 1000, 1, 200_000))
WORKED = (
    ("claimed and completed one by one", 1, 4, 10_000),
    ("claimed and completed by 10", 10, 4, 60_000),
    ("claimed and completed by 100", 100, 4, 200_000),
)


class Bench:
    """A database with both queues."""

    def __init__(self, connection: psycopg.Connection, dsn: str, folder: Path) -> None:
        self.connection = connection
        self.dsn = dsn
        self.folder = folder

    def execute(self, statements: str) -> None:
        """Run statements of this module."""
        self.connection.execute(statements.encode())

    def settle(self) -> None:
        """Leave no work of the step before to what is measured."""
        self.execute("vacuum analyze sync.api_call_queue, sync.queue_keys, sync.subjects")
        self.execute("vacuum analyze minimal.jobs")
        self.execute("checkpoint")

    def fill(self, queue: Queue, jobs: int, is_known: bool = False) -> None:
        """Empty a queue, and put so many jobs in; with is_known also their subjects."""
        self.execute(queue.empty)
        self.execute(queue.fill.format(jobs))
        if is_known:
            self.execute(KNOWN)
        self.settle()

    def waiting(self, queue: Queue) -> int:
        """Return how many jobs are open."""
        found = self.connection.execute(queue.waiting.encode()).fetchone()
        assert found
        return int(found[0])

    def pgbench(self, script: str, clients: int, batch: int, *arguments: str) -> float:
        """Run a script with so many clients; return how often a second it went through."""
        path = self.folder / "script.sql"
        path.write_text(script, encoding="utf-8")
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2"]
        command += [*arguments, "-D", f"batch={batch}", "-f", str(path), self.dsn]
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
        )
        if "aborted" in done.stderr:
            raise RuntimeError(done.stderr)
        (line,) = [line for line in done.stdout.splitlines() if line.startswith("tps =")]
        return float(line.split()[2])

    def enqueue(self, queue: Queue, batch: int, clients: int, jobs: int) -> float:
        """Return the seconds that a number of jobs takes to be put into an empty queue."""
        self.execute(queue.empty)
        self.settle()
        calls = str(jobs // batch // clients)
        return UNIT / (batch * self.pgbench(queue.enqueue, clients, batch, "-t", calls))

    def work(
        self, queue: Queue, batch: int, clients: int, jobs: int, is_known: bool = False
    ) -> float:
        """Return the seconds that a number of waiting jobs takes to be worked."""
        self.fill(queue, jobs + jobs // 10, is_known)
        calls = jobs // batch // clients
        script = queue.claim + queue.complete
        seconds = UNIT / (batch * self.pgbench(script, clients, batch, "-t", str(calls)))
        left = self.waiting(queue) - jobs // 10
        if left > jobs % (batch * clients):
            raise RuntimeError(f"{left} jobs were not worked")
        return seconds


def measure(rounds: int) -> list[Row]:
    """Measure both queues in turn, in a database of its own in the private cluster."""
    server = Server()
    seen: dict[str, list[float]] = {}
    with databases(server, DATABASE), tempfile.TemporaryDirectory() as folder:
        server.fresh(DATABASE)
        apply_all(server.dsn(DATABASE))
        with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
            bench = Bench(connection, server.dsn(DATABASE), Path(folder))
            for queue in SIDES.values():
                bench.execute(queue.make)
            for number in range(rounds):
                progress(f"queue: round {number + 1} of {rounds}")
                for side, queue in SIDES.items():
                    for title, *numbers in ENQUEUED:
                        seen.setdefault(f"{side} {title}", []).append(
                            bench.enqueue(queue, *numbers)
                        )
                    for title, *numbers in WORKED:
                        seen.setdefault(f"{side} {title}", []).append(bench.work(queue, *numbers))
                _, batch, clients, jobs = WORKED[1]
                dated = bench.work(OURS, batch, clients, jobs, is_known=True)
                seen.setdefault("ours dated", []).append(dated)
    median = medians(seen)
    titles = [(title, title, title) for title, *_ in (*ENQUEUED, *WORKED)]
    titles.append((f"{WORKED[1][0]}, subjects dated", "dated", WORKED[1][0]))
    rows = []
    for title, ours, floor in titles:
        row = Row(
            f"{UNIT:,} jobs {title}", median[f"ours {ours}"],
            "one table, SKIP LOCKED", median[f"minimal {floor}"],
        )  # fmt: skip
        progress(
            f"queue: {title}: {UNIT / row.seconds:,.0f} a second, "
            f"{row.floor / row.seconds:.2f} of the one table's speed"
        )
        rows.append(row)
    return rows
