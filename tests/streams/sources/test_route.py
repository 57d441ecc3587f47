"""Which topic and key an event belongs under."""

from typing import Any

import orjson
import pytest

from processors.partition import Send
from processors.track import COPY_HEADER
from schemas.dead_letter import Reason
from streams.settings import Settings
from streams.sources import route
from streams.sources.raw import RawEvent
from streams.sources.route import Router
from streams.topics import ACTIVITY_BYTES_MAX, topics


def raw(kind: str, data: dict[str, Any]) -> RawEvent:
    event = {"specversion": "1.0", "source": "s", "id": "1", "time": "2026-01-01T00:00:00Z"}
    return RawEvent(orjson.dumps(event | {"type": kind, "data": data}), "f", 1)


def routed(router: Router, event: RawEvent) -> list[Send]:
    return router.sends(event, router.read(event))


@pytest.fixture
def router() -> Router:
    return Router(topics(Settings(topic_prefix="t.")), 3)


def test_an_event_goes_under_its_own_key(router: Router) -> None:
    """The account, or what stands for it: all that must be correlated shares a partition."""
    call = raw("crm.call.logged", {"account": "ä"})
    price = raw("crm.price.observed", {"product": "p", "seller": "own", "price": 1})

    assert routed(router, call) == [Send("t.activity", None, "ä".encode(), call.value)]
    assert routed(router, price) == [Send("t.activity", None, b"p", price.value)]


def test_an_update_of_the_directory_is_copied_into_every_partition(router: Router) -> None:
    """As the engine does it, so that it is ahead of the activity even when no worker runs yet."""
    update = raw("crm.rep.updated", {"rep": "ann", "team": "north", "active": True})

    assert routed(router, update) == [
        Send("t.directory", 0, b"ann", update.value),
        *(Send("t.activity", partition, b"ann", update.value, (COPY_HEADER,)) for partition in range(3)),
    ]
    assert router.tally.events == 1


def test_a_target_goes_to_the_targets_under_its_kpi_key(router: Router) -> None:
    """So that a later one replaces it."""
    data = {"kpi": "calls", "window": "month", "period": "2026-01", "dims": {"rep": "ann"}, "value": 5}
    target = raw("crm.target.set", data)

    assert routed(router, target) == [Send("t.targets", 0, b"calls|month:2026-01|rep=ann", target.value)]


def test_what_can_not_be_read_is_published_and_counted(router: Router) -> None:
    """The worker keeps it as a dead letter; here it is named with its place."""
    assert routed(router, RawEvent(b"nonsense", "f", 7)) == [Send("t.activity", None, None, b"nonsense")]
    assert routed(router, raw("crm.call.logged", {}))[0].key is None

    tally = router.tally
    assert tally.unreadable == {Reason.BAD_JSON: 1, Reason.MISSING_FIELD: 1}
    assert (tally.events, sum(tally.by_type.values())) == (2, 0)
    assert tally.examples[0].startswith("f:7: bad_json: ")


def test_what_no_topic_takes_is_not_published_but_counted(router: Router) -> None:
    """One giant must not end a load of millions."""
    giant = RawEvent(b"x" * ACTIVITY_BYTES_MAX, "f", 9)

    assert routed(router, giant) == []
    assert (router.tally.refused, router.tally.events) == (1, 0)
    assert "f:9: 4194304 bytes: too large to be published" in router.tally.examples


def test_only_the_first_examples_are_kept(router: Router) -> None:
    """A file of nothing but mistakes does not fill the memory with sentences about them."""
    for _ in range(100):
        routed(router, RawEvent(b"{", "f", 1))

    assert len(router.tally.examples) == route.EXAMPLES_MAX
