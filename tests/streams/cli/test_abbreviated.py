"""Ids cut short on the command line."""

import pytest

from streams.cli.abbreviated import the_one
from streams.cli.failure import CommandError


def test_an_id_by_its_beginning() -> None:
    """As long as it fits one; a whole id is that one, also where it begins another."""
    assert the_one("alert", "ab", ["abc", "xyz"]) == "abc"
    assert the_one("alert", "ab", ["abc", "ab"]) == "ab"
    for begins, said in (("q", "no alert 'q'"), ("", "no alert ''"), ("a", "'a' may be any of ab, ac")):
        with pytest.raises(CommandError, match=said):
            the_one("alert", begins, ["ab", "ac"])
    with pytest.raises(CommandError, match="x0, x1, x2, x3, x4 and 2 more"):
        the_one("alert", "x", [f"x{number}" for number in range(7)])
