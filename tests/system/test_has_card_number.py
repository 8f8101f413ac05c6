"""system.has_card_number: no payment card gets into a note."""

import pytest


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("4242424242424242", True),
        ("4242 4242 4242 4242", True),
        ("card 4000-0566-5566-5556, exp 12/30", True),
        ("378282246310005", True),
        ("6011111111111117.", True),
        ("30569309025904", True),
        ("4222222222222", False),  # as short as a barcode
        ("4242424242424241", False),  # wrong check digit
        ("pm_1234567890", False),
        ("tok_visa_4242", False),
        ("order 0042424242424242424242424242", False),
        ("+49 170 1234567", False),
        ("", False),
        (None, None),
    ],
)
def test_a_number_that_may_be_a_card_is_found(rolled_back, text, answer):
    assert rolled_back.execute("select system.has_card_number(%s)", [text]).fetchone() == (answer,)
