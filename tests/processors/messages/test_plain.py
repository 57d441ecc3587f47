"""Title and body for the services behind Apprise."""

import pytest

from processors.messages.plain import plain
from schemas.alert import Reason
from schemas.message import Occasion
from tests.processors.messages.told import MESSAGES, golden, message, pretty, resolved


@pytest.mark.parametrize("name", MESSAGES)
def test_golden(name: str) -> None:
    """Each message gives what it gave when somebody read it."""
    assert pretty(plain(MESSAGES[name])) == golden(f"plain-{name}.json")


@pytest.mark.parametrize(
    ("occasion", "severity", "kind"),
    [
        pytest.param(Occasion.FIRING, "critical", "failure", id="critical is a failure"),
        pytest.param(Occasion.WORSE, "warning", "warning", id="a warning is one"),
        pytest.param(Occasion.FIRING, "info", "info", id="information is that"),
        pytest.param(Occasion.DIGEST, "critical", "info", id="a digest is for reading"),
    ],
)
def test_kinds(occasion: Occasion, severity: str, kind: str) -> None:
    """Services colour a message by the kind of news it is."""
    assert plain(message(occasion=occasion, severity=severity))[2] == kind


def test_what_is_well_again_is_good_and_what_was_closed_is_not() -> None:
    """The end of a month without its quota is no success."""
    assert plain(resolved())[2] == "success"
    assert plain(resolved(Reason.PERIOD_OVER))[2] == "info"
