"""What must mean something in a file of examples."""

from schemas.example import ExampleEvent
from schemas.examples.names import EVENT_OWN


def test_what_an_event_says_beside_its_data() -> None:
    """The names are those of the grammar."""
    assert ExampleEvent.model_fields.keys() == EVENT_OWN
