"""system.flag_enabled: the same answer for the same subject, and for more of them as it grows."""

import pytest

SUBJECTS = 10_000


@pytest.fixture
def enabled(db):
    """Return a function that returns the numbers of the subjects that a flag is on for."""

    def read(flag="move"):
        query = """
            select number from generate_series(1, %s) as number
            where system.flag_enabled(%s, 'user-' || number)
        """
        return {row[0] for row in db.execute(query, [SUBJECTS, flag])}

    return read


@pytest.fixture
def set_flag(db):
    """Return a function that sets a flag: set_flag(True, 10)."""

    def call(is_enabled, percent=100, flag="move"):
        db.execute("select system.set_flag(%s, %s, %s)", [flag, is_enabled, percent])

    return call


def is_on(db, *values):
    places = ", ".join(["%s"] * len(values))
    return db.execute(f"select system.flag_enabled({places})", values).fetchone()[0]


def test_an_unknown_flag_is_off(db):
    assert is_on(db, "nobody set this") is False
    assert is_on(db, "nobody set this", "user-1") is False
    assert is_on(db, None, "user-1") is False


def test_a_flag_that_is_off_is_off_for_everybody(db, set_flag, enabled):
    set_flag(False, 100)
    assert enabled() == set()
    assert is_on(db, "move") is False


def test_at_a_hundred_percent_it_is_on_for_everybody(db, set_flag, enabled):
    set_flag(True, 100)
    assert len(enabled()) == SUBJECTS
    assert is_on(db, "move") is True
    assert is_on(db, "move", "") is True


@pytest.mark.parametrize("percent", [0, 50, 99])
def test_without_a_subject_only_a_hundred_percent_is_on(db, set_flag, percent):
    set_flag(True, percent)
    assert is_on(db, "move") is False
    assert is_on(db, "move", None) is False


def test_at_zero_percent_it_is_on_for_nobody(set_flag, enabled):
    set_flag(True, 0)
    assert enabled() == set()


def test_a_subject_keeps_its_answer_as_the_percentage_grows(set_flag, enabled):
    before = set()
    for percent in (1, 5, 10, 25, 50, 75, 90, 99, 100):
        set_flag(True, percent)
        now = enabled()
        assert now > before
        assert enabled() == now
        before = now


@pytest.mark.parametrize("percent", [1, 10, 50, 90])
def test_about_as_many_subjects_as_the_percentage_says(set_flag, enabled, percent):
    set_flag(True, percent)
    # Three standard deviations of a fair draw.
    slack = 3 * (SUBJECTS * percent / 100 * (1 - percent / 100)) ** 0.5
    assert abs(len(enabled()) - SUBJECTS * percent / 100) < slack


def test_two_flags_choose_different_subjects(set_flag, enabled):
    set_flag(True, 50)
    set_flag(True, 50, "other")
    both = len(enabled("move") & enabled("other"))
    assert abs(both - SUBJECTS / 4) < 150


def test_the_draw_is_the_same_on_every_server(set_flag, enabled):
    """A roll-out that changed its mind with an upgrade would send users to and fro."""
    set_flag(True, 1)
    assert sorted(enabled())[:5] == [187, 242, 304, 352, 635]
