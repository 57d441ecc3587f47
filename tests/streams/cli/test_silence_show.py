"""How silences and acknowledgements are shown."""

from processors.reading.event_time import decode_time
from streams.cli.silence_show import about, as_json, in_order, phase, sentence_of
from tests.processors.alerts_told import ELEVEN, NINE, NOON, TEN, acknowledgement, silence


def test_what_holds_comes_first_and_what_is_over_last() -> None:
    """Of those that hold, the next to end on top."""
    said = [
        silence("over", ends_at=TEN, starts_at=NINE),
        silence("later", starts_at=ELEVEN, ends_at=NOON),
        silence("long", ends_at=NOON),
        silence("short", ends_at=ELEVEN),
    ]

    at_us = decode_time(TEN)
    assert [one.id for one in in_order(said, at_us)] == ["short", "long", "later", "over"]
    assert [phase(one, at_us) for one in said] == ["over", "to come", "holds", "holds"]


def test_what_it_is_about() -> None:
    """The matchers, or the alert and its episode."""
    assert about(silence(matchers={"rule": "slow-*", "team": "north"})) == "rule=slow-* team=north"
    assert about(acknowledgement()) == f"alert a1 since {NINE}"


def test_what_it_does() -> None:
    """By whom, until when, and why if that was said."""
    assert sentence_of(as_json(silence())) == f"silenced by kim until {ELEVEN}"
    assert (
        sentence_of(as_json(acknowledgement(comment="on it"))) == f"acknowledged by kim until {ELEVEN}: on it"
    )
