"""What moves bring into the database keeps the rules of the house."""

import pytest

from tests.plpgsql import add_plpgsql_check, complaints
from toolkit import checks
from toolkit.project import SCHEMAS, Project, files_root
from toolkit.render import map_schemas

pytestmark = pytest.mark.slow


def test_mappings_and_captures_keep_the_rules_of_the_house(moved):
    names = Project(files_root()).wanted_map("_v2")
    generated = "select count(*) from pg_proc where proname ~ '^(map|capture)_'"
    assert moved.value(generated) > 20
    run = checks.run(
        moved.db,
        checks.load(files_root() / "checks" / "house"),
        transform=lambda text: map_schemas(text, names),
    )
    found = {outcome.check.name: outcome.findings or outcome.reason for outcome in run.outcomes}
    assert {name: what for name, what in found.items() if what} == {}
    moved.db.execute("create function strangler_v2.map_nothing() returns int return 1")
    moved.db.execute(
        "create function strangler_v2.map_other() returns int language sql as 'select 1'"
    )
    (check,) = [one for one in run.outcomes if one.check.id == "HSE001"]
    again = checks.run(moved.db, [check.check], transform=lambda text: map_schemas(text, names))
    assert [one.subject for one in again.outcomes[0].findings] == ["strangler_v2.map_other()"]


@pytest.mark.superuser
def test_the_functions_that_a_move_generates_pass_the_check_of_their_bodies(moved):
    add_plpgsql_check(moved.db)
    generated = "select count(*) from pg_trigger where tgname like 'capture%'"
    assert moved.value(generated) > 4
    assert list(complaints(moved.db, [f"{name}_v2" for name in SCHEMAS])) == []
