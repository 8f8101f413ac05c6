"""The lexer: it loses nothing, splits as the server would, and refuses what cannot be sent."""

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolkit import lexer
from toolkit.errors import Failure
from toolkit.project import files_root

FILES = [
    path
    for folder in ("migrations", "sql", "checks")
    for path in (files_root() / folder).rglob("*.sql")
]
# Pieces that open, close and escape, so that texts made of them are more than noise.
PIECES = st.sampled_from(
    [
        *["'", "''", "E'", "e'\\'", "U&'", '"', '""', "\\", "$", "$$", "$a$", "$1", "/*", "*/"],
        *["--", "\n", "\r", " ", ";", "(", ")", "begin", "atomic", "end", "case", "create", "."],
        *["function", "as", "copy", "stdin", "a1$", "1e5", "\u00a0", "\u0085", "ü", "::", "<--"],
    ]
)


def statements(text: str) -> list[str]:
    return [statement for _, statement in lexer.split(text)]


# -- tokens -----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=300)
@given(st.text() | st.lists(PIECES).map("".join))
@example("E'a\\'")
@example("$a$ $$ $a$ $$")
def test_tokens_of_any_text_are_the_text_again_or_a_failure(text):
    with contextlib.suppress(Failure):
        found = list(lexer.tokens(text))
        assert "".join(token.text for token in found) == text
        assert all(text.startswith(token.text, token.offset) for token in found)


@settings(deadline=None, max_examples=300)
@given(st.text() | st.lists(PIECES).map("".join))
def test_statements_of_any_text_are_all_of_its_tokens_or_a_failure(text):
    with contextlib.suppress(Failure):
        found = lexer.split(text)
        rest, position = "", 0
        for offset, statement in found:
            rest += text[position:offset]
            assert text.startswith(statement, offset)
            position = offset + len(statement)
        rest += text[position:]
        assert {t.text for t in lexer.tokens(rest) if t.kind not in ("space", "comment")} <= {";"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(files_root()).as_posix())
def test_a_file_of_the_repository_survives_the_lexer(path):
    text = path.read_text(encoding="utf-8")
    assert "".join(token.text for token in lexer.tokens(text, path.name)) == text
    assert lexer.split(text, path.name)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("$a$ $b$ ; $b$ ' $a$", ["dollar"]),
        ("$$ it's $$", ["dollar"]),
        ("$1", ["other", "number"]),
        ("tag$not$quoted", ["word"]),
        ("E'it\\'s; '", ["string"]),
        ("e'\\\\'';'", ["string"]),
        ("'back\\'", ["string"]),
        ("'it''s'", ["string"]),
        ("U&'d\\0061t'", ["string"]),
        ("b'01'", ["string"]),
        ('"a""b"', ["quoted"]),
        ('U&"d"', ["quoted"]),
        ("/* a /* b */ ; */", ["comment"]),
        ("-- it's\r;", ["comment", "space", "other"]),
        ("größe", ["word"]),
        ("a\u00a0b", ["word"]),
        ("1.5e3", ["number"]),
    ],
)
def test_a_token_is_what_the_server_takes_it_for(text, kinds):
    assert [token.kind for token in lexer.tokens(text)] == kinds


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("'it", "a quoted string"),
        ("'it''", "a quoted string"),
        ("E'it\\'", "a quoted string"),
        ("U&'it", "a quoted string"),
        ('"name', "a quoted string"),
        ("/* a /* b */", "a /* comment"),
        ("$$ body $", "the string that $$ opens"),
        ("$a$ body $b$ $A$", "the string that $a$ opens"),
    ],
)
def test_what_does_not_end_is_refused_with_file_and_line(text, what):
    with pytest.raises(Failure) as refused:
        list(lexer.tokens(f"select 1;\n\nselect {text}\n;", "sql/a.sql"))
    assert refused.value.message == f"sql/a.sql:3: {what} does not end"


# -- split ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "select 'a;b', \"c;d\", E'\\';', $$;$$, $t$ $$;$$ $t$ /* ; /* ; */ ; */ -- ;\n;",
        "create rule r as on insert to t do also (insert into u values (1); delete from v);",
        "create function f() returns int language sql begin atomic select 1; select 2; end;",
        "create or replace function f(a int default 1) returns int begin atomic"
        " select case when a = 1 then case a when 1 then 2 end else 3 end; select 4; end;",
        "create procedure p() begin atomic insert into t values (1); end;",
        "create function f() returns int begin atomic select (case when true then 1 end); end;",
        "create function f() returns int begin atomic select t.end, t.case from t; end;",
        "create function f() returns int begin atomic select 1 as end, 2 as case; end;",
        'create function f() returns int begin atomic select "end" from t; select 1; end;',
        "create function f() returns int language plpgsql as $$begin return 1; end;$$;",
        "do $do$ begin perform 1; end; $do$;",
        'create table t (begin int, "end" int, declare int, atomic int);',
        "select begin, declare from t;",
        "update t set begin = 1, declare = 2;",
        "select t.begin, t.end from t;",
        "create trigger begin before insert on t for each row execute function f();",
        "alter table t add column end_at timestamptz;",
        "prepare copy as select 1;",
        "copy t to '/dev/null';",
    ],
)
def test_a_statement_stays_whole_between_others(statement):
    assert statements(f"select 0;\n{statement}\nselect 1") == ["select 0;", statement, "select 1"]


def test_the_last_statement_needs_no_semicolon():
    assert statements("select 1; select 2 -- two\n") == ["select 1;", "select 2"]


@pytest.mark.parametrize("text", ["", " \n", "-- only words\n", "/* only words */", ";;", "; -- ;"])
def test_a_text_without_statements_has_none(text):
    assert statements(text) == []


def test_offsets_say_where_a_statement_begins():
    text = "-- first\nselect 1;\n\n/* second */ select 2;"
    assert [text[offset:] for offset, _ in lexer.split(text)] == [text[9:], "select 2;"]


def test_a_parenthesis_too_many_does_not_swallow_the_rest():
    assert statements("select 1); select 2;") == ["select 1);", "select 2;"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("select 1;\n\\set a 1\n", 2, "psql commands are not SQL"),
        ("\\copy t from 'x'", 1, "psql commands are not SQL"),
        ("select 1\n\\gset\n", 2, "psql commands are not SQL"),
        ("select 1;\ncopy t (a, b) from stdin;\nit's\t1\n\\.\n", 2, "data cannot stand"),
        ("copy t to stdout", 1, "data cannot stand"),
        ("begin;\nselect 1;\n", 1, '"begin" would end or begin a transaction'),
        ("select 1;\nCommit;\n", 2, '"commit" would end or begin a transaction'),
        ("select 1;\n\nrollback", 3, '"rollback" would end or begin a transaction'),
        ("end;", 1, '"end" would end or begin a transaction'),
        ("start transaction;", 1, '"start" would end or begin a transaction'),
        ("prepare transaction 'a';", 1, '"prepare" would end or begin a transaction'),
    ],
)
def test_what_cannot_be_sent_is_refused_with_file_and_line(text, line, what):
    with pytest.raises(Failure) as refused:
        lexer.split(text, "migrations/0001_a.sql")
    assert refused.value.message.startswith(f"migrations/0001_a.sql:{line}: {what}")


def test_backslashes_in_strings_and_comments_are_no_psql_commands():
    assert statements("-- \\set\nselect '\\set', $$\\set$$ /* \\q */;") == [
        "select '\\set', $$\\set$$ /* \\q */;"
    ]


# -- header -----------------------------------------------------------------------------------


def test_a_header_is_read_up_to_the_first_line_that_is_no_comment():
    text = (
        "-- Create it.\n-- depends: 0001_a\n\n-- depends:  0002_b \n--transactional: false\n"
        "create table t ();\n-- template: jinja\n"
    )
    assert lexer.header(text) == {"depends": "0001_a 0002_b", "transactional": "false"}
