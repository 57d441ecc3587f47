"""The fields of events that a catalog may name."""

from typing import Any

import pytest

from schemas.event import EVENT_TYPES
from schemas.event_fields import FieldKind, entity_fields, event_fields, fields_of, has_account


def test_kinds() -> None:
    """Texts, numbers, yes or no, and words of a list; optional or not."""
    call = event_fields("crm.call.logged")

    assert FieldKind("text", ("inbound", "outbound")) == call["direction"]
    assert FieldKind("number") == call["duration_s"]
    assert FieldKind("bool") == call["value_added"]
    assert FieldKind("text") == call["account"] == call["channel"]
    assert FieldKind("number") == event_fields("crm.survey.answered")["score"]


@pytest.mark.parametrize(
    ("kind", "fits", "why"),
    [
        (FieldKind("number"), 1.5, "expected a number, found true"),
        (FieldKind("bool"), False, "expected true or false, found the text 'no'"),
        (FieldKind("text"), "true", "expected a text, found true; put it in quotes"),
        (FieldKind("text", ("inbound", "outbound")), "inbound",
         "expected one of inbound, outbound, found 'inbond', did you mean 'inbound'?"),
    ],
)  # fmt: skip
def test_what_a_field_can_have(kind: FieldKind, fits: bool | float | str, why: str) -> None:
    """What YAML reads as a number is none where it was true or false."""
    wrong: dict[str, Any] = {"bool": "no", "text": True, "number": True}

    assert kind.misfit(fits) is None
    assert kind.misfit("inbond" if kind.choices else wrong[kind.word]) == why


def test_no_personal_data() -> None:
    """What is no single value can't be named, and contact data can't at all."""
    assert "contact" not in event_fields("crm.lead.created")
    assert "dims" not in event_fields("crm.target.set")


@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_every_type(type_: str) -> None:
    """Each has at least the fields that every event may carry, and by which it belongs to something."""
    assert {"rep", "team", "campaign", "channel", "product", "segment", "region"} <= set(event_fields(type_))
    assert entity_fields(type_)


def test_of_several_types() -> None:
    """Any of them may have a field to be filtered by; to belong together all must have it."""
    types = ("crm.lead.created", "crm.deal.won")

    assert {"lead", "deal", "amount", "account"} <= set(fields_of(types))
    assert "account" in entity_fields(*types)
    assert not {"lead", "deal"} & entity_fields(*types)


def test_who_has_an_account() -> None:
    """All but prices, the directory, targets and what became of alerts; a cost may have one."""
    without = {"crm.price.observed", "crm.rep.updated", "crm.target.set"}
    assert without | {"crm.alert.acknowledged", "crm.alert.resolved"} == {
        type_ for type_ in EVENT_TYPES if not has_account(type_)
    }
