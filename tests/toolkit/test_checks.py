"""The runner of checks: headers, transactions, skips, errors and grades."""

from pathlib import Path

import psycopg
import pytest

from toolkit import checks
from toolkit.errors import Failure

HEADER = "-- title: A title\n-- severity: warning\n-- why: because\n-- fix: do\n"


@pytest.fixture
def write(tmp_path):
    folder = tmp_path / "things"
    folder.mkdir()

    def write(text: str, name: str = "too_bad.sql") -> Path:
        (folder / name).write_text(text)
        return folder

    return write


@pytest.fixture
def run(write, empty_db):
    """Run one query as a check, and return its outcome."""

    def run(sql: str, header: str = "", **options: object) -> checks.Outcome:
        loaded = checks.load(write(HEADER + header + sql))
        return checks.run(empty_db, loaded, **options).outcomes[0]

    return run


def test_header_fills_the_check(write):
    [check] = checks.load(
        write(
            HEADER + "-- id: ABC001\n-- area: keys\n-- cost: data\n-- fix: then rest\n"
            "-- requires: extension:pg_cron, select\n\n-- a remark\nselect 1;\n"
        )
    )
    assert (check.name, check.id, check.area) == ("too_bad", "ABC001", "keys")
    assert check.fix == "do then rest"
    assert check.requires == ("extension:pg_cron", "select")


def test_header_may_leave_out_what_the_path_says(write):
    [check] = checks.load(write(HEADER + "select 1;\n"))
    assert (check.id, check.area, check.cost) == ("too_bad", "things", "catalog")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1;\n", r"too_bad.sql:1: the file has no header"),
        ("-- title: A\n-- why: b\n-- fix: c\nselect 1;\n", r":1: the header has no \"severity\""),
        (HEADER + "-- just a remark\nselect 1;\n", r":5: a header line is not like"),
        (HEADER + "-- titel: x\nselect 1;\n", r":5: \"titel\" is none of title, id"),
        (HEADER + "-- area: walls\nselect 1;\n", r":5: area \"walls\" is none of structure"),
        (HEADER + "-- cost: much\nselect 1;\n", r":5: cost \"much\" is none of catalog"),
        ("-- severity: bad\n" + HEADER[12:], r":1: "),
        (HEADER + "-- requires: magic\nselect 1;\n", r":5: .* requirement \"magic\""),
        (HEADER + "-- requires: server:new\nselect 1;\n", r":5: .* requirement \"server:new\""),
        (HEADER + "-- bar: x\nselect 1;\n", r":5: only an inventory has a \"bar\""),
    ],
)
def test_malformed_header_names_file_and_line(write, text, complaint):
    with pytest.raises(Failure, match=complaint):
        checks.load(write(text), checks.AREAS)


def test_file_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "odd.sql").write_bytes(HEADER.encode() + b"-- id: \xff\n")
    with pytest.raises(Failure, match=r"odd.sql is not UTF-8"):
        checks.load(tmp_path)


def test_a_check_may_be_a_template_that_includes_a_part(write):
    [check] = checks.load(
        write(HEADER + '-- template: jinja\n{% include "checks/parts/size_budget.sql" %}\n')
    )
    assert "with sizes as (" in check.sql
    with pytest.raises(Failure, match=r"there is no checks/parts/none.sql to include"):
        checks.load(write(HEADER + '-- template: jinja\n{% include "checks/parts/none.sql" %}\n'))


def test_two_checks_of_one_id_are_refused(write):
    write(HEADER + "-- id: X1\nselect 1;\n", "a.sql")
    with pytest.raises(Failure, match=r"b.sql:1: a.sql has the id X1 too"):
        checks.load(write(HEADER + "-- id: X1\nselect 1;\n", "b.sql"))


def test_inventory_does_not_judge(write):
    with pytest.raises(Failure, match=r":3: an inventory has no \"severity\""):
        checks.load_inventory(write("-- title: A\n-- id: B\n-- severity: info\nselect 1;\n"))


def test_no_rows_pass(run):
    assert run("select '' as subject, '' as detail where false").status == "passed"


def test_rows_are_findings_with_the_worst_first(run):
    outcome = run(
        "select subject, null as detail, severity, 'fix' as fix_sql from (values"
        " ('a', null), ('b', 'error'), ('c', 'info')) as rows (subject, severity)"
    )
    assert [(one.subject, one.severity) for one in outcome.findings] == [
        ("b", "error"),
        ("a", "warning"),
        ("c", "info"),
    ]
    assert outcome.severity == "error"
    assert outcome.findings[0].key == "too_bad:b"
    assert (outcome.findings[0].fix_sql, outcome.findings[0].undo_sql) == ("fix", None)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select nothing from nowhere", 'relation "nowhere" does not exist (42P01)'),
        ("select 1 / 0 as subject, '' as detail", "division by zero (22012)"),
        ("select 'a' as subject", "the query returns the columns subject"),
        ("select 'a' as subject, '' as detail, 1 as n", "the query returns the columns subject"),
        ("select null as subject, '' as detail", "a row without a subject"),
        ("values ('a', 'b')", "the query returns the columns column1"),
        ("select 'a' as subject, '' as detail, 'bad' as severity", 'the severity "bad"'),
        ("select 'a' as subject, '' as detail from generate_series(1, 2)", '"a" twice'),
        ("commit", "the file is not a query"),
        ("create table made (id int)", "read-only transaction (25006)"),
        ("commit; create table made (id int)", "multiple commands"),
        ("select 1; select 2", "multiple commands"),
        ("with gone as (delete from pg_class returning 1) select 1", "read-only transaction"),
    ],
)
def test_defect_of_a_check_is_an_error_and_changes_nothing(run, empty_db, sql, reason):
    outcome = run(sql)
    assert outcome.status == "error"
    assert reason in outcome.reason
    assert empty_db.execute("select to_regclass('public.made')").fetchone() == (None,)
    assert empty_db.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_time_limit_skips(run):
    outcome = run("select 'a' as subject, pg_sleep(20)::text as detail", timeout=0.2)
    assert (outcome.status, outcome.reason) == ("skipped", "it took longer than 0.2 s")
    assert outcome.seconds < 5


def test_lock_skips(run, empty_db, empty_dsn):
    empty_db.execute("create table busy (id int)")
    with psycopg.connect(empty_dsn) as other:
        other.execute("lock table busy")
        outcome = run("select id::text as subject, '' as detail from public.busy")
    assert (outcome.status, outcome.reason) == ("skipped", "a table stayed locked for 1 s")


def test_missing_right_skips(run, empty_db):
    empty_db.execute("create table secrets (id int)")
    empty_db.execute("set role pg_monitor")
    outcome = run("select id::text as subject, '' as detail from public.secrets")
    assert outcome.status == "skipped"
    assert outcome.reason == "a right is missing: permission denied for table secrets (42501)"


def test_broken_check_does_not_stop_the_next(write, empty_db):
    write(HEADER + "-- id: A\nselect nonsense", "a.sql")
    loaded = checks.load(write(HEADER + "-- id: B\nselect 'x' as subject, 'y' as detail", "b.sql"))
    outcomes = checks.run(empty_db, loaded).outcomes
    assert [one.status for one in outcomes] == ["error", "findings"]


def test_lost_connection_is_raised(run):
    with pytest.raises(psycopg.OperationalError):
        run("select pg_terminate_backend(pg_backend_pid())::text as subject, '' as detail")


def test_names_are_pinned_and_the_session_is_left_as_it_was(run, empty_db):
    empty_db.execute("create table pg_class (id int)")
    before = empty_db.execute("show search_path").fetchone()
    outcome = run(
        "select current_setting('search_path') as subject,"
        " current_setting('statement_timeout') || current_setting('mdt.budget') as detail",
        timeout=7,
        settings={"budget": " a 'b'"},
    )
    [finding] = outcome.findings
    assert (finding.subject, finding.detail) == ("pg_catalog, pg_temp", "7s a 'b'")
    assert empty_db.execute("show search_path").fetchone() == before
    assert empty_db.execute("show statement_timeout").fetchone() == ("0",)


def test_percent_signs_are_left_alone(run):
    [finding] = run("select '%s %%' as subject, format('%s', 7) as detail").findings
    assert (finding.subject, finding.detail) == ("%s %%", "7")


def test_transform_sees_the_query_and_the_relations(run, empty_db):
    empty_db.execute("create schema sync_v2; create table sync_v2.jobs as select 7 as id")
    outcome = run(
        "select id::text as subject, '' as detail from sync.jobs",
        "-- requires: relation:sync.jobs\n",
        transform=lambda text: text.replace("sync.", "sync_v2."),
    )
    assert [one.subject for one in outcome.findings] == ["7"]


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("extension:pg_nothing", "the extension pg_nothing is not installed in this database"),
        ("relation:no.where", "there is no no.where"),
        ("role:nobody_at_all", "the role nobody_at_all is not granted"),
        ("server:99", "the server is older than PostgreSQL 99"),
        ("setting:budget", "no budget was given"),
        ("window:9000 days", "which is less than 9000 days"),
        ("statistics", "no table that may be read was analyzed; run ANALYZE first"),
        ("extension:pl'pgsql", "the extension pl'pgsql is not installed"),
    ],
)
def test_requirement_that_is_not_met_skips(run, empty_db, requirement, reason):
    empty_db.execute("create table fresh (id int)")
    outcome = run("select nonsense", f"-- requires: {requirement}\n")
    assert outcome.status == "skipped"
    assert reason in outcome.reason


@pytest.mark.parametrize(
    "requirement",
    [
        "extension:plpgsql",
        "relation:pg_catalog.pg_class",
        "role:pg_monitor",
        "server:15",
        "setting:budget",
        "window:0 s",
        "select",
        "statistics",
    ],
)
def test_requirement_that_is_met_does_not(run, empty_db, requirement):
    empty_db.execute("create table known as select 1 as id")
    empty_db.execute("analyze known")
    outcome = run(
        "select 'a' as subject, 'b' as detail",
        f"-- requires: {requirement}\n",
        settings={"budget": "1"},
    )
    assert outcome.status == "findings"


def test_tables_that_may_not_be_read_are_said_to_be_left_out(run, empty_db):
    empty_db.execute("create table mine as select 1 as id; create table theirs (id int)")
    empty_db.execute("analyze; grant select on mine to pg_monitor; set role pg_monitor")
    outcome = run("select '' as subject, '' as detail where false", "-- requires: select\n")
    assert (outcome.status, outcome.note) == ("passed", "1 of 2 tables may not be read")
    empty_db.execute("reset role; revoke select on mine from pg_monitor; set role pg_monitor")
    outcome = run("select '' as subject, '' as detail where false", "-- requires: select\n")
    assert (outcome.status, outcome.reason) == ("skipped", "none of the 2 tables may be read")


def test_listing_returns_rows_or_why_not(write, empty_db):
    [check] = checks.load_inventory(write("-- title: A\n-- id: B\nselect 1 as n\n"))
    rows, outcome = checks.listing(empty_db, check)
    assert (rows, outcome.status) == ([{"n": 1}], "passed")
    [check] = checks.load_inventory(write("-- title: A\n-- id: B\nselect nonsense\n"))
    rows, outcome = checks.listing(empty_db, check)
    assert (rows, outcome.status) == ([], "error")
    assert "nonsense" in outcome.reason


def test_ignored_findings_are_counted_and_gone(run):
    query = "select unnest(array['a._yoyo_log', 'b.t', 'c.t']) as subject, '' as detail"
    outcome = run(query, ignore=["*._yoyo_*", "too_bad:b.*"])
    assert [one.subject for one in outcome.findings] == ["c.t"]
    assert (outcome.status, outcome.ignored) == ("findings", 2)
    outcome = run(query, ignore=["*"])
    assert (outcome.status, outcome.ignored) == ("passed", 3)


def check_of(name: str, area: str = "keys", severity: str = "warning") -> checks.Check:
    return checks.Check(Path(f"{name}.sql"), name, name, area, "", severity, why="w", fix="f")


def outcome_of(name: str, severities: str, area: str = "keys") -> checks.Outcome:
    """Make an outcome: one finding for each letter of e, w and i."""
    check = check_of(name, area)
    words = {word[0]: word for word in checks.SEVERITIES}
    findings = tuple(
        checks.Finding(check, str(place), "", words[mark]) for place, mark in enumerate(severities)
    )
    return checks.Outcome(check, "findings" if findings else "passed", findings)


def grade_of(*outcomes: checks.Outcome) -> checks.Grade:
    [grade] = checks.grades(checks.Results(list(outcomes)))
    return grade


def test_clean_area_is_an_a():
    grade = grade_of(outcome_of("A1", ""))
    assert (grade.score, grade.letter, grade.arithmetic) == (100, "A", "100")


def test_points_are_weight_times_findings_up_to_the_cap():
    grade = grade_of(outcome_of("A1", "ww"), outcome_of("A2", "iiiiiii"), outcome_of("A3", ""))
    assert grade.score == 100 - 3 * 2 - 1 * 5
    assert grade.arithmetic == "100 - 3 x 2 (A1) - 1 x 5 of 7 (A2) = 89"
    assert (grade.letter, grade.passed, grade.failed) == ("B", 1, 2)


def test_cap_counts_the_worst_findings_of_a_check():
    grade = grade_of(outcome_of("A1", "wweiii"))
    assert grade.arithmetic == (
        "100 - 10 x 1 (A1) - 3 x 2 (A1) - 1 x 2 of 3 (A1) = 82, with an error at most 69"
    )


def test_one_error_caps_the_area_at_d():
    grade = grade_of(outcome_of("A1", "e"))
    assert (grade.score, grade.letter) == (69, "D")


def test_score_never_falls_below_zero():
    grade = grade_of(outcome_of("A1", "eeeee"), outcome_of("A2", "eeeee"), outcome_of("A3", "e"))
    assert (grade.score, grade.letter) == (0, "F")
    assert grade.arithmetic.endswith(" = -10, not below 0")


def test_skipped_and_broken_checks_count_for_nothing():
    skipped = checks.Outcome(check_of("A2"), "skipped", reason="no")
    broken = checks.Outcome(check_of("A3"), "error", reason="no")
    grade = grade_of(outcome_of("A1", "w"), skipped, broken)
    assert (grade.score, grade.skipped) == (97, 1)
    assert checks.grades(checks.Results([skipped, broken])) == []
    assert checks.overall([]) is None


@pytest.mark.parametrize(
    ("score", "letter"),
    [(100, "A"), (90, "A"), (89.9, "B"), (80, "B"), (79, "C"), (70, "C"), (60, "D"), (59, "F")],
)
def test_letters(score, letter):
    assert checks.letter(score) == letter


def test_overall_is_the_mean_of_the_areas():
    results = checks.Results(
        [outcome_of("A1", "e"), outcome_of("B1", "", "types"), outcome_of("C1", "w", "custom")]
    )
    graded = checks.grades(results)
    assert [one.area for one in graded] == ["types", "keys", "custom"]
    assert checks.overall(graded) == round((69 + 100 + 97) / 3, 1)


def test_results_put_the_worst_first_and_know_their_reach():
    results = checks.Results(
        [outcome_of("A1", "iiii"), outcome_of("A2", "w"), outcome_of("A3", "ww")]
    )
    assert [one.check.id for one in results.failing] == ["A3", "A2", "A1"]
    assert results.reach("warning")
    assert not results.reach("error")
    assert results.count("info") == 4
