"""Structured or binary."""

import pytest

from processors.reading.content_mode import binary_attributes

CE = [("ce_id", b"1"), ("ce_type", b"t")]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("traceparent", b"00-ab")],
        [("content-type", b"application/json")],
        [("content-type", b"application/cloudevents+json"), *CE],
        [*CE, ("Content-Type", b"Application/CloudEvents+JSON; charset=UTF-8")],
    ],
)
def test_structured(headers: list[tuple[str, bytes]]) -> None:
    """A record without `ce_` headers, or whose content-type says so, is structured."""
    assert binary_attributes(headers) is None


def test_binary() -> None:
    """Any `ce_` header makes a record binary; names lose prefix and case, and the last of one name counts."""
    headers = [("CE_Id", b"0"), *CE, ("content-type", b"application/json"), ("other", b"x")]

    assert binary_attributes(headers) == {"id": b"1", "type": b"t"}


def test_a_content_type_without_a_value() -> None:
    """A header may have no value at all; it says nothing then."""
    headers: list[tuple[str, bytes]] = [("content-type", None), *CE]  # type: ignore[list-item]

    assert binary_attributes(headers) == {"id": b"1", "type": b"t"}
