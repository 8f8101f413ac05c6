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


def test_a_computed_column_does_not_count_as_a_change(live):
    live.execute("insert into products.products (name, slug) values ('Shoe', 'shoe')")
    live.execute(
        """
        insert into products.inventory (product_id, currency, purchase_net_cents)
        select id, 'EUR', 100 from products.products
        """
    )
    live.execute("set mdt.actor = 'anna'; update products.inventory set notes = notes")
    [user] = live.execute("select session_user").fetchone()
    asked = "select updated_by, purchase_total_cents from products.inventory"
    assert live.execute(asked).fetchone() == (user, 100)
    live.execute("update products.inventory set purchase_vat_cents = 19")
    assert live.execute(asked).fetchone() == ("anna", 119)


def test_every_trigger_knows_the_computed_columns_of_its_table(live):
    """Their values are not there yet before an update, so that they would always differ."""
    differing = live.execute(
        """
        select trigger.tgrelid::regclass, trigger.tgargs, computed.names
        from pg_trigger as trigger
        cross join lateral (
            select coalesce(string_agg(attname || '\\000', '' order by attnum), '') as names
            from pg_attribute
            where attrelid = trigger.tgrelid and attgenerated = 's'
        ) as computed
        where
            trigger.tgfoid = 'system.touch_row()'::regprocedure
            and encode(trigger.tgargs, 'escape') <> computed.names
        """
    ).fetchall()
    assert differing == []
