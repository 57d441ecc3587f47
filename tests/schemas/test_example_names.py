"""An event's data in an example: what it says, the defaults, the ids that nobody has to invent."""

from typing import Any

import pytest

from schemas.example import ExampleEvent
from schemas.example_names import EVENT_OWN, data_of


def test_what_an_event_says_beside_its_data() -> None:
    """The names are those of the grammar."""
    assert ExampleEvent.model_fields.keys() == EVENT_OWN


@pytest.mark.parametrize(
    ("said", "defaults", "data"),
    [
        ({"type": "call.logged"}, {}, {"account": "acme"}),
        ({"type": "crm.call.logged", "deal": "d1"}, {}, {"account": "acme", "deal": "d1"}),
        ({"type": "call.logged"}, {"rep": "ann", "stage": "proposal"}, {"account": "acme", "rep": "ann"}),
        ({"type": "call.logged", "rep": "bob"}, {"rep": "ann"}, {"account": "acme", "rep": "bob"}),
        ({"type": "call.logged", "rep": None}, {"rep": "ann"}, {"account": "acme"}),
        ({"type": "deal.won"}, {"account": "globex"}, {"account": "globex", "deal": "globex-deal"}),
        ({"type": "order.placed", "amount": 5}, {}, {"account": "acme", "order": "acme-order", "amount": 5}),
        ({"type": "cost.recorded", "campaign": "spring"}, {}, {"campaign": "spring"}),
        ({"type": "rep.updated", "rep": "ann"}, {}, {"rep": "ann"}),
    ],
)
def test_data(said: dict[str, Any], defaults: dict[str, Any], data: dict[str, Any]) -> None:
    """A default goes where the type has the field; null takes it away; only required ids are invented."""
    event = ExampleEvent.model_validate({"at": "day 1 09:00", **said})
    assert data == data_of(event, defaults)
