"""Labels of rules."""

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.alert import Alert
from schemas.rules.labels import LABELS_MAX, RESERVED, Labels

ADAPTER: TypeAdapter[dict[str, str]] = TypeAdapter(Labels)


def test_labels() -> None:
    """Words for words."""
    assert ADAPTER.validate_python({"area": "service", "on_call": "yes"}) == {
        "area": "service",
        "on_call": "yes",
    }


@pytest.mark.parametrize("name", ["team", "severity", "Area", "a-b", "", "_a"])
def test_names_that_are_none(name: str) -> None:
    """What an alert has of its own, and what can't be matched, is no name."""
    with pytest.raises(ValidationError):
        ADAPTER.validate_python({name: "x"})


def test_too_many() -> None:
    """An alert is no diary."""
    with pytest.raises(ValidationError):
        ADAPTER.validate_python({f"a{number}": "x" for number in range(LABELS_MAX + 1)})


def test_what_alerts_have_is_reserved() -> None:
    """Every text of an alert's record that silences and routes may look up."""
    assert {"id", "rule", "severity", "state", "reason", "kpi", "window", "period", "owner"} <= RESERVED
    assert {name for name in Alert.__struct_fields__ if name in ("account", "entity")} <= RESERVED
