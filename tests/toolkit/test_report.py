"""Reports: what each form holds, and that a file is whole or not written at all."""

import itertools
import json
import re
import resource
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from toolkit import checks, report
from toolkit.errors import Failure

EVIL = 'public."<script>alert(1)</script>|x`"'


def check_of(name: str, area: str = "keys", severity: str = "error") -> checks.Check:
    return checks.Check(
        Path(f"{name}.sql"), f"Title of {name}", name, area, "", severity, why="it", fix="do"
    )


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def document():
    big = check_of("BIG001", "types", "warning")
    evil = check_of("BAD001")
    results = checks.Results(
        [
            checks.Outcome(
                evil,
                "findings",
                (checks.Finding(evil, EVIL, "a | b\nc", "error", "drop it;", "make it;"),),
                note="1 of 2 tables may not be read",
            ),
            checks.Outcome(
                big,
                "findings",
                tuple(
                    checks.Finding(big, f"public.t{number}", "x " * 80, "warning")
                    for number in range(250)
                ),
            ),
            checks.Outcome(check_of("FIN001"), "passed", ignored=7),
            checks.Outcome(check_of("SKP001"), "skipped", reason="there is no cron.job"),
            checks.Outcome(check_of("BRK001"), "error", reason="division by zero (22012)"),
        ]
    )
    rows = [
        {
            "table_name": EVIL if number == 0 else "schema_name.table_" + "x" * 60 + str(number),
            "total_bytes": 1024**2 * (number + 1),
            "share_percent": Decimal("12.50"),
            "estimated_rows": 1234567 if number else None,
            "is_unique": number == 0,
            "analyzed_at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
            "status": ("fail", "warn", "ok")[number % 3],
        }
        for number in range(300)
    ]
    section = report.Section.of("sizes", "Tables", rows, note="a note", bar="total_bytes")
    return report.Report(
        "audit",
        "Audit of <demo>",
        {"database": "de|mo", "audited by": "<b>me</b>"},
        [section, report.Section.of("empty", "Nothing here", [])],
        results,
    )


def test_kinds_follow_from_names_and_values(document):
    kinds = {column.name: column.kind for column in document.sections[0].columns}
    assert kinds == {
        "table_name": "text",
        "total_bytes": "bytes",
        "share_percent": "percent",
        "estimated_rows": "number",
        "is_unique": "boolean",
        "analyzed_at": "time",
        "status": "status",
    }
    assert document.sections[0].worst == "fail"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "bytes", "-"),
        (1536, "bytes", "1.5 kB"),
        (5 * 1024**4, "bytes", "5.0 TB"),
        (Decimal("12.50"), "percent", "12.5 %"),
        (1234567, "number", "1,234,567"),
        (Decimal("0.25"), "number", "0.25"),
        (True, "boolean", "yes"),
        ("warn", "status", "warning"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "time", "2026-01-02 03:04"),
    ],
)
def test_values_are_shown_for_people(value, kind, text):
    assert report.show(value, kind) == text


def test_bars_are_of_the_longest_and_percentages_of_hundred():
    section = report.Section.of("a", "A", [{"n": 5}, {"n": 20}, {"n": None}], bar="n")
    assert [section.share(row) for row in section.rows] == [25.0, 100.0, 0.0]
    section = report.Section.of("a", "A", [{"x_percent": 40}, {"x_percent": 140}], bar="x_percent")
    assert [section.share(row) for row in section.rows] == [40.0, 100.0]


def test_json_keeps_its_promise(document):
    found = json.loads(report.render(document, "json"))
    assert set(found) == {
        "report",
        "format_version",
        "toolkit_version",
        "title",
        "created_at",
        "facts",
        "grade",
        "counts",
        "areas",
        "findings",
        "passed",
        "skipped",
        "broken",
        "sections",
    }
    assert found["grade"] == {
        "letter": "C",
        "score": 77.0,
        "arithmetic": "(85 + 69) / 2 = 77",
    }
    assert found["counts"] == {
        "error": 1,
        "warning": 250,
        "info": 0,
        "passed": 1,
        "skipped": 1,
        "broken": 1,
        "ignored": 7,
    }
    assert found["findings"][0] == {
        "key": f"BAD001:{EVIL}",
        "id": "BAD001",
        "check": "BAD001",
        "area": "keys",
        "severity": "error",
        "title": "Title of BAD001",
        "subject": EVIL,
        "detail": "a | b\nc",
        "why": "it",
        "fix": "do",
        "fix_sql": "drop it;",
        "undo_sql": "make it;",
    }
    assert len(found["findings"]) == 251
    assert found["areas"][0] == {
        "area": "types",
        "letter": "B",
        "score": 85,
        "arithmetic": "100 - 3 x 5 of 250 (BIG001) = 85",
        "passed": 0,
        "failed": 1,
        "skipped": 0,
        "deductions": [
            {"id": "BIG001", "severity": "warning", "weight": 3, "counted": 5, "found": 250}
        ],
    }
    assert found["skipped"][0]["reason"] == "there is no cron.job"
    assert found["broken"][0]["message"] == "division by zero (22012)"
    sizes = found["sections"][0]
    assert len(sizes["rows"]) == 300
    assert sizes["rows"][1] | {"table_name": ""} == {
        "table_name": "",
        "total_bytes": 2 * 1024**2,
        "share_percent": 12.5,
        "estimated_rows": 1234567,
        "is_unique": False,
        "analyzed_at": "2026-01-02T03:04:00+00:00",
        "status": "warn",
    }


def test_terminal_fits_a_hundred_columns(document):
    text = report.render(document, "term")
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "\x1b" not in text
    assert "Grade C (77 of 100)" in text
    assert "Findings (1 error, 250 warnings, 0 infos; 7 more ignored)" in text
    assert "... and 245 more, see --format json" in text
    assert "... and 290 more, see --format json" in text
    assert "SKP001  Title of SKP001: there is no cron.job" in text
    assert "The check itself failed: division by zero (22012)" in text
    assert text.index("BAD001  Title") < text.index("BIG001  Title")


def test_terminal_colours_without_changing_a_word(document):
    plain = report.render(document, "term")
    coloured = report.render(document, "term", colour=True)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_markdown_tables_hold_whatever_a_name_contains(document):
    text = report.render(document, "md")
    assert "<script>" not in re.sub(r"`[^\n]*`", "", text)
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) >= 6
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1
    assert "... and 230 more, see --format json" in text


class Parser(HTMLParser):
    """Note what an HTML document opens, closes, links and says."""

    VOID = frozenset({"meta", "rect", "br", "link", "img", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(document: report.Report) -> Parser:
    parser = Parser()
    parser.feed(report.render(document, "html"))
    parser.close()
    return parser


def test_html_is_well_formed_and_needs_nothing_else(document):
    parser = parsed(document)
    assert parser.stack == []
    text = report.render(document, "html")
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert "@import" not in text
    tags = {tag for tag, _ in parser.seen}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert not any({"src", "onclick", "onload"} & set(attributes) for _, attributes in parser.seen)
    links = [attributes["href"] for tag, attributes in parser.seen if tag == "a"]
    assert all(link and link.startswith("#") for link in links)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_html_shows_names_and_facts_as_they_are(document):
    parser = parsed(document)
    assert EVIL in parser.text
    assert "<b>me</b>" in parser.text
    assert "Audit of <demo>" in parser.text


def test_html_can_be_read_without_seeing_it(document):
    parser = parsed(document)
    assert ("html", {"lang": "en"}) in parser.seen
    columns = [attributes for tag, attributes in parser.seen if tag == "th"]
    assert all("scope" in one or one.get("aria-hidden") == "true" for one in columns)
    headings = [int(tag[1]) for tag, _ in parser.seen if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    svgs = [attributes for tag, attributes in parser.seen if tag == "svg"]
    drawn = re.findall(r'<td class="bars" aria-hidden="true">', report.render(document, "html"))
    hidden = [one for one in svgs if one.get("aria-hidden") == "true"]
    assert len(svgs) == len(drawn) + len(hidden)
    assert "failed" in parser.text


def test_empty_report_is_fine_in_every_form():
    document = report.Report("health", "Health of nothing", is_graded=False)
    for form in report.FORMATS:
        assert "Health of nothing" in report.render(document, form)
    assert json.loads(report.render(document, "json"))["grade"] is None


def test_lead_section_stands_before_the_findings(document):
    document.sections[0].is_lead = True
    for form in ("term", "md", "html"):
        text = report.render(document, form)
        assert text.index("Tables") < text.index("Findings")


def test_format_follows_from_the_name():
    names = ("a.html", "a.JSON", "a.md", "a.txt")
    forms = [report.form_of(Path(name)) for name in names]
    assert forms == ["html", "json", "md", "term"]
    assert report.form_of(Path("report"), "md") == "md"
    with pytest.raises(Failure, match="cannot tell the format") as refused:
        report.form_of(Path("report.pdf"))
    assert refused.value.exit_code == 2


def test_file_is_written_whole(tmp_path):
    path = tmp_path / "report.html"
    report.write(path, "one")
    report.write(path, "two")
    assert path.read_text() == "two"
    assert names_in(tmp_path) == ["report.html"]


def test_rights_and_links_survive(tmp_path):
    path, link = tmp_path / "report.html", tmp_path / "latest.html"
    report.write(path, "one")
    path.chmod(0o640)
    link.symlink_to(path)
    report.write(link, "two")
    assert link.is_symlink()
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o640


def test_new_file_has_the_usual_rights(tmp_path):
    usual = tmp_path / "usual"
    usual.write_text("")
    report.write(tmp_path / "report.md", "x")
    assert (tmp_path / "report.md").stat().st_mode == usual.stat().st_mode


def test_full_disk_is_one_failure_and_keeps_the_older_report(tmp_path):
    path = tmp_path / "report.html"
    report.write(path, "older")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(Failure, match=r"cannot write '.*report.html': File too large"):
            report.write(path, "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == "older"
    assert names_in(tmp_path) == ["report.html"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_full_device_is_one_failure_and_stays_a_device():
    with pytest.raises(Failure, match="cannot write '/dev/full': No space left on device"):
        report.write(Path("/dev/full"), "x")
    assert Path("/dev/full").is_char_device()


def test_missing_folder_and_folder_for_a_file_are_failures(tmp_path):
    with pytest.raises(Failure, match="No such file or directory"):
        report.write(tmp_path / "none" / "report.md", "x")
    with pytest.raises(Failure, match="it is a folder"):
        report.write(tmp_path, "x")
    assert names_in(tmp_path) == []
