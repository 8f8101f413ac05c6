"""What the server can tell of the SQL in function bodies, which no linter reads."""

from tests.plpgsql import add_plpgsql_check, complaints
from toolkit.project import SCHEMAS


def test_every_function_passes_the_check_of_its_body(rolled_back):
    add_plpgsql_check(rolled_back)
    assert list(complaints(rolled_back, list(SCHEMAS))) == []


def test_a_function_with_a_mistake_in_its_body_does_not_pass(rolled_back):
    add_plpgsql_check(rolled_back)
    rolled_back.execute(
        """
        create table core.t (id int);
        create function core.f() returns void language plpgsql as $f$
        declare
            v_unused int;
        begin
            perform nothing from core.t;
        end;
        $f$;
        create function core.g() returns trigger language plpgsql as $f$
        begin
            insert into core.t select gone from new_rows;
            return null;
        end;
        $f$;
        create trigger g after insert on core.t referencing new table as new_rows
        for each statement execute function core.g();
        create function core.h() returns trigger language plpgsql as $f$
        begin return new; end; $f$;
        """
    )
    assert list(complaints(rolled_back, list(SCHEMAS))) == [
        'core.f(): line 5, PERFORM: column "nothing" does not exist (error)',
        'core.f(): line 3, DECLARE: unused variable "v_unused" (warning)',
        'core.g(): line 3, SQL statement: column "gone" does not exist (error)',
        "core.h(): no trigger calls it",
    ]
