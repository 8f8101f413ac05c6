"""Forgetting a person, on tables of the test's own: along every kind of foreign key."""

import json

import psycopg
import pytest

ANNA = "anna.schmidt@example.com"

CLINIC = """
    create schema clinic;
    create table clinic.patients (
        id int primary key, name text not null, email text unique, weight int,
        left_at timestamptz
    );
    create table clinic.visits (
        ward text, id int, patient_id int not null references clinic.patients,
        note text, seen_by int references clinic.patients, primary key (ward, id)
    );
    create table clinic.doses (
        id int primary key, ward text, visit_id int, drug text not null, parent_id int,
        foreign key (ward, visit_id) references clinic.visits,
        foreign key (parent_id) references clinic.doses
    );
    create table clinic.tokens (
        patient_id int references clinic.patients, token text primary key
    );
    create table clinic.bills (
        id int primary key, patient_id int references clinic.patients, address text,
        amount_cents bigint, currency char(3)
    );
    create table clinic.memos (
        id int primary key, body text, tags text[], facts jsonb, old json
    );
    create table clinic.waiting (who text primary key);
    create table clinic.rooms (id int primary key, name text);
    select
        system.classify_table(
            'clinic.patients', p_subject_kind => 'patient', p_rows_kept => 'until_erased',
            p_plain => '{id}', p_identifier => '{name, email}', p_attribute => '{weight}',
            p_mark => '{left_at}', p_replacements => '{"left_at": "coalesce(left_at, now())"}'
        ),
        system.classify_table(
            'clinic.visits', p_rows_kept => 'until_erased', p_plain => '{ward, id}',
            p_subject => '{patient_id}', p_mention => '{seen_by}', p_attribute => '{note}'
        ),
        system.classify_table(
            'clinic.doses', p_rows_kept => 'until_erased', p_plain => '{id, parent_id}',
            p_subject => '{ward, visit_id}', p_attribute => '{drug}'
        ),
        system.classify_table(
            'clinic.tokens', p_rows_kept => 'never', p_subject => '{patient_id}',
            p_secret => '{token}'
        ),
        system.classify_table(
            'clinic.bills', p_legal_basis => 'tax', p_plain => '{id, amount_cents, currency}',
            p_subject => '{patient_id}', p_attribute => '{address}'
        ),
        system.classify_table(
            'clinic.memos', p_plain => '{id}', p_free => '{body, tags, facts, old}'
        ),
        system.classify_table('clinic.waiting', p_trace => '{who}'),
        system.classify_table('clinic.rooms', p_plain => '{id, name}');
    insert into clinic.patients values
        (1, 'Anna Schmidt', 'anna.schmidt@example.com', 70),
        (2, 'Bert', 'joanna.schmidt@example.com', 80);
    insert into clinic.visits values
        ('a', 1, 1, 'cough', 2), ('a', 2, 2, 'cold', 1), ('b', 1, 1, 'fever', null);
    insert into clinic.doses values
        (1, 'a', 1, 'syrup', null), (2, 'a', 2, 'tea', 1), (3, 'b', 1, 'pill', null),
        (4, 'b', 1, 'x', 3);
    insert into clinic.tokens values (1, 'token-of-anna'), (2, 'token-of-bert');
    insert into clinic.bills values (1, 1, 'Elm Street 5', 500, 'EUR'), (2, 2, 'Oak', 1, 'EUR');
"""
ALL = """
    select jsonb_object_agg(name, rows) from (
        select relname as name, (xpath('/row/rows/text()', query_to_xml(format(
            'select jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text) as rows from %s as t', oid
            ::regclass), false, true, '')))[1]::text as rows
        from pg_class where relnamespace = 'clinic'::regnamespace and relkind = 'r'
    ) as tables
"""


@pytest.fixture
def clinic(db):
    db.execute(CLINIC)
    return db


def forget(db, mode="anonymize", key="1", dry_run=False):
    rows = db.execute(
        "select * from system.forget_subject('patient', %s, %s, %s)", [key, mode, dry_run]
    ).fetchall()
    return {(relation, action): count for relation, action, count in rows}


def rows(db, query):
    return db.execute(query).fetchall()


def test_the_classification_of_these_tables_has_no_gap(clinic):
    assert rows(clinic, "select * from system.classification_gaps()") == []


def test_anonymised_the_rows_stay_without_the_person(clinic):
    assert forget(clinic) == {
        ("clinic.patients", "anonymize"): 1,
        ("clinic.visits", "anonymize"): 2,
        ("clinic.doses", "anonymize"): 3,
        ("clinic.tokens", "delete"): 1,
        ("clinic.bills", "anonymize"): 1,
    }
    assert rows(
        clinic, "select id, name, email, weight, left_at = now() from clinic.patients order by id"
    ) == [
        (1, "erased", None, None, True),
        (2, "Bert", "joanna.schmidt@example.com", 80, None),
    ]
    assert rows(clinic, "select ward, id, note, seen_by from clinic.visits order by 1, 2") == [
        ("a", 1, None, 2),
        ("a", 2, "cold", 1),
        ("b", 1, None, None),
    ]
    assert rows(clinic, "select id, drug from clinic.doses order by 1") == [
        (1, "erased"),
        (2, "tea"),
        (3, "erased"),
        (4, "erased"),
    ]
    assert rows(clinic, "select token from clinic.tokens") == [("token-of-bert",)]
    assert rows(clinic, "select address, amount_cents from clinic.bills order by id") == [
        (None, 500),
        ("Oak", 1),
    ]


def test_erased_what_nobody_has_to_keep_goes_and_what_is_referred_to_stays_bare(clinic):
    assert forget(clinic, "erase") == {
        # A dose of Bert's is derived from dose 1, which holds it and its visit back.
        ("clinic.doses", "delete"): 2,
        ("clinic.doses", "anonymize"): 1,
        ("clinic.visits", "delete"): 1,
        ("clinic.visits", "anonymize"): 1,
        ("clinic.tokens", "delete"): 1,
        ("clinic.bills", "anonymize"): 1,
        ("clinic.patients", "anonymize"): 1,
    }
    assert rows(clinic, "select id, drug from clinic.doses order by 1") == [
        (1, "erased"),
        (2, "tea"),
    ]
    assert forget(clinic, "erase", "2")[("clinic.doses", "delete")] == 1
    clinic.execute("delete from clinic.bills")
    assert forget(clinic, "erase") == {
        ("clinic.doses", "delete"): 1,
        ("clinic.visits", "delete"): 1,
        ("clinic.patients", "delete"): 1,
    }


def test_a_dry_run_says_the_same_and_changes_nothing(clinic):
    before = rows(clinic, ALL)
    said = forget(clinic, "erase", dry_run=True)
    assert rows(clinic, ALL) == before
    assert rows(clinic, "select * from system.erasures") == []
    assert forget(clinic, "erase") == said


def test_it_is_recorded_once_without_naming_the_person(clinic):
    forget(clinic)
    [(sha, recorded)] = rows(
        clinic,
        "select subject_sha256, (select sum(rows) from system.erasure_steps)"
        " from system.erasures where subject_kind = 'patient' and mode = 'anonymize'"
        " and origin = 'command'",
    )
    assert recorded == 8
    assert rows(clinic, "select system.subject_hash('patient', '1')") == [(sha,)]
    assert forget(clinic) == {}
    assert rows(clinic, "select count(*) from system.erasures") == [(1,)]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (f"to {ANNA}, cc jo{ANNA}", f"to [erased], cc jo{ANNA}"),
        (f"<{ANNA.upper()}>", "<[erased]>"),
        ("name=Anna%20Schmidt&x=1", "name=[erased]&x=1"),
        ("Anna Schmidt's, not Anna Schmidts", "[erased]'s, not Anna Schmidts"),
        ("Hanna Schmidt", "Hanna Schmidt"),
        ("Anna", "Anna"),
    ],
)
def test_a_mention_is_replaced_where_it_stands_by_itself(clinic, given, left):
    clinic.execute("insert into clinic.memos values (1, %s)", [given])
    forget(clinic)
    assert rows(clinic, "select body from clinic.memos") == [(left,)]


def test_mentions_in_arrays_and_documents_are_replaced_and_nothing_else(clinic):
    facts = {
        "n": [1, 2.50, None, True, "Bert"],
        "deep": [{ANNA: {"at": f"line\n{ANNA}"}}, f'"{ANNA}"'],
        "Anna Schmidt": 1,
        "[erased]": 2,
    }
    clinic.execute(
        "insert into clinic.memos values (1, null, %s, %s, %s),"
        " (2, null, null, '{\"a\": 1.50}', null)",
        [["x", ANNA], json.dumps(facts), json.dumps([ANNA])],
    )
    assert forget(clinic)[("clinic.memos", "replace_mentions")] == 1
    assert rows(clinic, "select tags, facts, old from clinic.memos order by id")[0] == (
        ["x", "[erased]"],
        {
            "n": [1, 2.50, None, True, "Bert"],
            "deep": [{"[erased]": {"at": "line\n[erased]"}}, '"[erased]"'],
            "[erased]": 2,
            "[erased] 2": 1,
        },
        ["[erased]"],
    )
    assert rows(clinic, "select facts ->> 'a' from clinic.memos where id = 2") == [("1.50",)]


def test_a_row_that_is_named_after_the_person_goes(clinic):
    clinic.execute(f"insert into clinic.waiting values ('{ANNA}'), ('jo{ANNA}')")
    assert forget(clinic)[("clinic.waiting", "delete_mentions")] == 1
    assert rows(clinic, "select who from clinic.waiting") == [(f"jo{ANNA}",)]


def test_the_same_address_in_the_row_of_somebody_else_goes_too(clinic):
    clinic.execute(f"update clinic.bills set address = 'c/o {ANNA}' where id = 2")
    forget(clinic)
    assert rows(clinic, "select address from clinic.bills where id = 2") == [(None,)]


def test_the_values_of_every_kind_of_character_are_found(clinic):
    name = "a.b*c+?(d)[e]{2}|^$\\f 'g' \"h\" %_ ünï ***="
    clinic.execute("update clinic.patients set name = %s where id = 1", [name])
    clinic.execute(
        "insert into clinic.memos values (1, %s, null, %s)", [f"x {name} y", json.dumps([name])]
    )
    forget(clinic)
    assert rows(clinic, "select body, facts from clinic.memos") == [("x [erased] y", ["[erased]"])]


def test_histories_are_reached_and_the_erasure_is_recorded_in_them(clinic):
    clinic.execute(
        "select system.enable_audit(t) from unnest(array['clinic.patients',"
        " 'clinic.visits', 'clinic.rooms']::regclass[]) as t"
    )
    clinic.execute("set local mdt.actor = 'anna.schmidt@example.com'")
    clinic.execute("set local mdt.reason = 'Anna Schmidt asked'")
    clinic.execute(
        "update clinic.patients set email = 'anna@old.example.com' where id = 1;"
        "update clinic.patients set email = 'x' where id = 1;"
        "delete from clinic.doses; delete from clinic.visits where ward = 'a' and id = 1;"
        "update clinic.visits set note = 'colder' where id = 2;"
        "insert into clinic.rooms values (1, 'r');"
        "insert into clinic.memos values (1, 'wrote to anna@old.example.com');"
    )
    clinic.execute("reset mdt.actor; reset mdt.reason")
    forget(clinic, "erase")
    assert rows(clinic, "select body from clinic.memos") == [("wrote to [erased]",)]
    log = rows(clinic, "select string_agg(to_jsonb(log)::text, '') from system.audit_log as log")
    for value in (ANNA, "Schmidt", "cough", "fever", "anna@old"):
        assert value not in log[0][0]
    assert rows(
        clinic,
        "select actor, reason, old_row ->> 'note' from system.history("
        '\'clinic.visits\', \'{"ward": "a", "id": 2}\')',
    ) == [("[erased]", "[erased] asked", "cold")]
    assert rows(clinic, "select operation from system.history('clinic.patients', '1')")


def test_what_only_a_history_still_knows_is_found(clinic):
    clinic.execute("select system.enable_audit('clinic.patients')")
    clinic.execute(
        "alter table clinic.patients add column phone text; update clinic.patients"
        " set phone = '+49 170 1234567'; select system.refresh_audit('clinic.patients');"
        "update clinic.patients set phone = '2'; alter table clinic.patients drop column phone;"
        "select system.refresh_audit('clinic.patients'); delete from clinic.doses;"
        "delete from clinic.visits; delete from clinic.tokens; delete from clinic.bills;"
        "delete from clinic.patients where id = 1;"
        f"insert into clinic.memos values (1, '{ANNA}')"
    )
    assert forget(clinic, "erase") == {
        ("clinic.memos", "replace_mentions"): 1,
        ("system.clinic_patients_history", "anonymize"): 3,
    }
    assert rows(
        clinic,
        "select count(*) from system.clinic_patients_history as h"
        " where id = 1 and (h::text ~ 'Schmidt|\\+49' or email is not null)",
    ) == [(0,)]
    assert rows(clinic, "select body from clinic.memos") == [("[erased]",)]


def test_the_history_of_a_table_that_is_gone_is_searched(clinic):
    clinic.execute("select system.enable_audit('clinic.rooms')")
    clinic.execute(f"insert into clinic.rooms values (1, 'room of {ANNA}')")
    clinic.execute("update clinic.rooms set name = '2'; drop table clinic.rooms")
    forget(clinic)
    assert rows(
        clinic, "select name from system.clinic_rooms_history where trail_operation = 'U'"
    ) == [("room of [erased]",)]


def test_without_a_recorded_erasure_a_history_stays_append_only(clinic):
    clinic.execute("select system.enable_audit('clinic.rooms')")
    clinic.execute("insert into clinic.rooms values (1, 'a'); update clinic.rooms set name = 'b'")
    clinic.execute(
        "insert into system.erasures (subject_kind, subject_sha256, mode, origin, transaction_id,"
        " erased_at) values ('patient', repeat('0', 64), 'erase', 'command',"
        " pg_current_xact_id()::text::bigint, now() - interval '1 s')"
    )
    for statement in (
        "update system.clinic_rooms_history set name = 'c'",
        "delete from system.clinic_rooms_history",
        "truncate system.clinic_rooms_history",
        "delete from system.erasures",
        "update system.erasures set erased_by = 'x'",
        "truncate system.erasures, system.erasure_steps",
        "delete from system.erasure_steps",
    ):
        with pytest.raises(psycopg.Error, match="append-only") as refused, clinic.transaction():
            clinic.execute(statement)
        assert refused.value.sqlstate == "MD406"


def test_what_a_trigger_writes_again_stops_it(clinic):
    clinic.execute(
        """
        create function clinic.remember() returns trigger language plpgsql as $f$
        begin
            insert into clinic.memos values (9, 'formerly ' || old.email);
            return null;
        end; $f$;
        create trigger remember after update on clinic.patients for each row
        when (old.email is distinct from new.email) execute function clinic.remember();
        create function clinic.keep() returns trigger language plpgsql as $f$
        begin
            new.body := old.body;
            return new;
        end; $f$;
        create trigger keep before update on clinic.memos for each row
        execute function clinic.keep();
        """
    )
    before = rows(clinic, ALL)
    with pytest.raises(psycopg.Error, match="would be left") as refused, clinic.transaction():
        forget(clinic)
    assert refused.value.sqlstate == "MD503"
    assert "clinic.memos.body (1 rows)" in refused.value.diag.message_detail
    assert rows(clinic, ALL) == before


def test_common_words_are_not_looked_for(db):
    told = {
        "Jordan": False,
        "Air Max": False,
        "12345678": False,
        "sneakerhead": False,
        "": False,
        ANNA: True,
        "Anna Schmidt": True,
        "491701234567": True,
        "runner42": True,
    }
    for value, is_distinctive in told.items():
        assert rows(db, f"select system.is_distinctive('{value}')") == [(is_distinctive,)], value


@pytest.mark.superuser
def test_a_session_that_does_not_see_all_rows_is_refused(clinic):
    clinic.execute("set local mdt.user_id = '00000000-0000-4000-8000-000000000001'")
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="one user"),
        clinic.transaction(),
    ):
        forget(clinic)
    clinic.execute(
        "reset mdt.user_id; alter table clinic.visits enable row level security;"
        "create role clinic_reader; grant usage on schema system, clinic to"
        " clinic_reader; grant all on all tables in schema system, clinic to"
        " clinic_reader; set local role clinic_reader"
    )
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="all rows") as refused,
        clinic.transaction(),
    ):
        forget(clinic)
    assert "clinic.visits" in refused.value.diag.message_detail


def test_who_is_not_there_is_told(clinic):
    for kind, key, code in (("dog", "1", "MD501"), ("patient", "9", "MD502")):
        with pytest.raises(psycopg.Error) as refused, clinic.transaction():
            clinic.execute("select system.forget_subject(%s, %s)", [kind, key])
        assert refused.value.sqlstate == code


def test_a_person_is_found_by_an_identifier(clinic):
    assert rows(clinic, f"select system.find_subject('patient', '{ANNA.upper()}')") == [("1",)]
    assert rows(clinic, "select system.find_subject('patient', '2')") == [("2",)]
    clinic.execute("update clinic.patients set name = '1' where id = 2")
    with pytest.raises(psycopg.Error, match="2 persons"), clinic.transaction():
        clinic.execute("select system.find_subject('patient', '1')")


def test_the_export_has_every_row_and_no_secret(clinic):
    [(document,)] = rows(clinic, "select system.export_subject('patient', '1')")
    assert {name: len(found) for name, found in document["tables"].items()} == {
        "clinic.patients": 1,
        "clinic.visits": 2,
        "clinic.doses": 3,
        "clinic.tokens": 1,
        "clinic.bills": 1,
    }
    assert document["tables"]["clinic.tokens"] == [{"patient_id": 1}]
    assert document["tables"]["clinic.patients"][0]["email"] == ANNA
    with pytest.raises(psycopg.Error, match="has no row") as refused:
        clinic.execute("select system.export_subject('patient', '9')")
    assert refused.value.sqlstate == "MD502"


def test_whom_a_restore_brings_back_is_forgotten_again(clinic):
    forget(clinic)
    forget(clinic, "erase")
    clinic.execute(
        "update clinic.patients set name = 'Anna Schmidt', email = 'anna.schmidt@example.com'"
        " where id = 1; insert into clinic.memos values (1, 'Anna Schmidt')"
    )
    assert rows(clinic, "select * from system.pending_replays()") == [("patient", "1", "erase")]
    [(entries,)] = rows(
        clinic,
        "select jsonb_agg(jsonb_build_object('id', gen_random_uuid(), 'subject_kind', 'patient',"
        " 'subject_sha256', system.subject_hash('patient', '2'), 'mode', 'anonymize',"
        " 'erased_at', now()))",
    )
    for added in (1, 0):
        assert rows(clinic, f"select system.import_erasures('{json.dumps(entries)}')") == [(added,)]
    assert rows(clinic, "select * from system.pending_replays()") == [
        ("patient", "1", "erase"),
        ("patient", "2", "anonymize"),
    ]
    clinic.execute(
        "select system.forget_subject(subject_kind, key, mode, false, 'replay')"
        " from system.pending_replays()"
    )
    assert rows(clinic, "select body from clinic.memos") == [("[erased]",)]
    assert rows(clinic, "select name, email from clinic.patients order by id") == [
        ("erased", None),
        ("erased", None),
    ]


def test_a_column_in_two_classes_is_refused(clinic):
    with pytest.raises(psycopg.Error, match="two classes") as refused:
        clinic.execute(
            "select system.classify_table('clinic.rooms', p_plain => '{id}', p_free => '{id}')"
        )
    assert refused.value.sqlstate == "22023"
