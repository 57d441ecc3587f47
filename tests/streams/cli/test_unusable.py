"""Events that can't be used, as commands tell them."""

import pytest

from schemas.dead_letter import Reason, Unusable
from streams.cli.unusable import SHOWN_MAX, UnusableEvents


def test_the_first_are_described_all_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """A file of another kind must not fill the screen."""
    found = UnusableEvents()
    for line in range(SHOWN_MAX + 1):
        found.note(f"a.jsonl:{line}", Unusable(Reason.BAD_JSON, "no JSON"))
    found.note("b.jsonl:1", Unusable(Reason.FROM_FUTURE, "too soon"))
    found.end()

    lines = capsys.readouterr().err.splitlines()
    assert (SHOWN_MAX + 1, "a.jsonl:0: bad_json: no JSON") == (len(lines), lines[0])
    assert "… and 2 more that can't be used" == lines[-1]
    assert (SHOWN_MAX + 2, f"{SHOWN_MAX + 1} bad_json, 1 from_future") == (len(found), found.summary())


def test_none_are_not_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Where all can be used there is nothing to say."""
    found = UnusableEvents()
    found.end()

    assert not found
    assert "" == capsys.readouterr().err
