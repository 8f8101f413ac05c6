"""A move that cannot work is refused when it is defined."""

import pytest

REGISTER = """
select strangler.register_move(
    %(name)s, 'shop', 'x', %(source)s, %(target)s, %(key)s, %(values)s, %(map)s, %(write)s,
    %(withdraw)s, p_source_key => %(source_key)s, p_source_group => %(group)s,
    p_forget_function => %(forget)s
)
"""
GOOD = {
    "name": "articles",
    "source": "shop.articles",
    "target": "shelf.prices",
    "key": ["code"],
    "values": ["cents"],
    "map": "shop.map_articles",
    "write": "shelf.record",
    "withdraw": "shelf.withdraw",
    "source_key": None,
    "group": None,
    "forget": None,
}


def register(move, **changes):
    move.db.execute(REGISTER, GOOD | changes)


@pytest.mark.parametrize(
    ("code", "changes", "match"),
    [
        ("MD301", {"source": "shop.none"}, "there is no table shop.none"),
        ("MD301", {"target": "shelf.none"}, "there is no table shelf.none"),
        ("MD302", {"source": "shop.keyless"}, "shop.keyless has no unique key without nulls"),
        ("MD302", {"source_key": ["code"]}, "shop.articles has no unique key without nulls"),
        ("MD303", {"key": ["kode"]}, "shelf.prices has no column kode"),
        ("MD303", {"values": ["pence"]}, "shelf.prices has no column pence"),
        ("MD303", {"values": ["origin", "note"]}, "shelf.prices has no column note"),
        ("MD303", {"target": "shelf.written"}, "shelf.written has no column observed_at"),
        ("MD303", {"group": ["id", "kode"]}, "shop.articles has no column kode"),
        ("MD303", {"map": "shop.map_short"}, "shelf.short has no column reject_reason"),
        ("MD304", {"map": "shop.map_none"}, "there is no mapping function shop.map_none"),
        ("MD304", {"map": "shop.map_single"}, "that returns rows"),
        ("MD304", {"map": "shop.map_text"}, "that returns rows"),
        ("MD304", {"map": "shop.map_volatile"}, "that returns rows"),
        ("MD304", {"write": "shelf.none"}, r"no function shelf.none\(shelf.price\[\], text\)"),
        ("MD304", {"withdraw": "shelf.record"}, r"no function shelf.record\(.*, timestamptz\)"),
        ("MD304", {"forget": "shelf.none"}, r"no function shelf.none\(shelf.price\[\]\)"),
        ("23514", {"name": "Not a name"}, "moves_name_is_lower_case_words"),
        ("23514", {"name": "x" * 41}, "moves_name_is_lower_case_words"),
    ],
)
def test_what_cannot_work_is_refused(shop, refused, code, changes, match):
    shop.db.execute(
        """
        create table shop.keyless (id integer, code text unique, price numeric);
        create unique index partial on shop.keyless (id) where id > 0;
        create unique index expression on shop.keyless ((id + 1));
        create function shop.map_single(p_row shop.articles) returns shelf.price
        language sql stable as 'select null::shelf.price';
        create function shop.map_text(p_row shop.articles) returns setof text
        language sql stable as 'select null::text';
        create function shop.map_volatile(p_row shop.articles) returns setof shelf.price
        language sql volatile as 'select null::shelf.price';
        create type shelf.short as (
            code text, cents bigint, observed_at timestamptz, origin text
        );
        create function shop.map_short(p_row shop.articles) returns setof shelf.short
        language sql stable as 'select null::shelf.short';
        """
    )
    before = shop.rows("select * from strangler.moves")
    with refused(code, match):
        register(shop, **changes)
    assert shop.rows("select * from strangler.moves") == before


def test_the_key_is_the_primary_one_unless_another_is_asked_for(shop):
    shop.db.execute("alter table shop.articles alter column code set not null")
    shop.db.execute("create unique index on shop.articles (code, id) include (note)")
    for asked, found in ((None, ["id"]), (["code", "id"], ["code", "id"])):
        register(shop, source_key=asked)
        assert shop.value("select source_key from strangler.moves") == found
        assert shop.value("select source_group from strangler.moves") == found


def test_it_is_defined_once_and_changed_afterwards(shop):
    assert shop.state == ("defined", 0)
    assert shop.steps == [("define", "done")]
    register(shop, values=["cents", "origin"])
    assert shop.value("select target_values from strangler.moves") == ["cents", "origin"]
    assert shop.steps == [("define", "done")]


def test_a_move_on_its_way_keeps_its_state_and_follows_its_new_definition(open_shop):
    open_shop.db.execute(
        """
        create function shop.map_dearer(p_row shop.articles) returns setof shelf.price
        language sql stable as $$
            select p_row.code, shelf.cents(p_row.price * 10), p_row.changed_at,
                'move:articles', null
        $$
        """
    )
    register(open_shop, map="shop.map_dearer")
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    assert open_shop.state == ("comparing", 0)
    assert open_shop.target == {"a": 1000}


def test_a_move_on_its_way_does_not_get_another_source(open_shop, refused):
    open_shop.db.execute(
        """
        create table shop.others (like shop.articles including all);
        create function shop.map_others(p_row shop.others) returns setof shelf.price
        language sql stable as 'select null::shelf.price'
        """
    )
    with refused("55000", 'move "articles" is capturing shop.articles already'):
        register(open_shop, source="shop.others", map="shop.map_others")
    open_shop.rollback()
    register(open_shop, source="shop.others", map="shop.map_others")
    open_shop.start()
    assert open_shop.value(
        "select array_agg(distinct tgrelid::regclass::text) from pg_trigger"
        " where tgname like 'capture%%'"
    ) == ["shop.others"]


def test_two_installations_do_not_capture_the_same_move(open_shop, refused):
    """Triggers have no schema: the second would silently take the place of the first."""
    open_shop.db.execute(
        "create function shelf.capture() returns trigger language plpgsql as 'begin return null; end'"  # noqa: E501
    )
    open_shop.rollback()
    open_shop.db.execute(
        "create trigger capture_insert_articles after insert on shop.articles"
        " execute function shelf.capture()"
    )
    with refused("55000", 'move "articles" is capturing shop.articles already'):
        open_shop.start()
