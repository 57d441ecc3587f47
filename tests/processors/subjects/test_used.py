"""Facts that no KPI is made of are left out."""

from typing import Any

from processors.subjects.used import only_used


def handler(_event: Any, _data: Any, facts: list[Any]) -> None:
    """Give three facts."""
    facts += [("one", 1), ("two", 1), ("two^", 1)]


def test_what_is_not_used_is_left_out() -> None:
    """A kind with `^` is of the same kind."""
    found: dict[str, list[Any]] = {}
    for kind in ("one", "two"):
        facts = found[kind] = [("before", 1)]
        only_used({"type": handler}, ("one", "two"), {kind})["type"](None, None, facts)  # type: ignore[arg-type]

    assert {"one": [("before", 1), ("one", 1)], "two": [("before", 1), ("two", 1), ("two^", 1)]} == found


def test_all_used() -> None:
    """Nothing stands between an event and its handlers then."""
    handlers = {"type": handler}

    assert handlers is only_used(handlers, ("one", "two"), {"one", "two", "three"})
