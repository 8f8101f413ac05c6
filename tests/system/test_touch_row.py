"""created_by, updated_by and updated_at are filled by the database."""


def brand(db):
    columns = "created_by, updated_by, updated_at > created_at, name"
    return db.execute(f"select {columns} from core.brands where slug = 'x'").fetchone()


def test_who_makes_and_who_changes_a_row_stand_in_it(live):
    live.execute("set mdt.actor = 'anna'; insert into core.brands (name, slug) values ('X', 'x')")
    assert brand(live) == ("anna", "anna", False, "X")
    live.execute("set mdt.actor = 'bert'; update core.brands set name = 'Y' where slug = 'x'")
    assert brand(live) == ("anna", "bert", True, "Y")
    live.execute("set mdt.actor = ''; update core.brands set name = 'Z', updated_by = 'forged'")
    [user] = live.execute("select session_user").fetchone()
    assert brand(live) == ("anna", user, True, "Z")


def test_an_update_that_changes_nothing_else_changes_nothing(live):
    live.execute("insert into core.brands (name, slug) values ('X', 'x')")
    live.execute("update core.brands set updated_at = now(), updated_by = 'y', name = name")
    [user] = live.execute("select session_user").fetchone()
    assert brand(live) == (user, user, False, "X")
    counted = "select count(*) from system.audit_log where operation = 'update'"
    assert live.execute(counted).fetchone() == (0,)
