"""Delivery to PagerDuty."""

from schemas.message import Occasion
from streams.notify.sender import Fate, Outcome
from tests.processors.messages.told import message, resolved
from tests.streams.notify.senders.made import pagerduty
from tests.streams.notify.senders.servers import answer, serving

TAKEN = answer(202, '{"status": "success", "message": "Event processed", "dedup_key": "x"}')


async def test_an_incident_begins_and_ends() -> None:
    """A group triggers an incident, and resolves the same one."""
    async with serving(TAKEN) as server:
        made = pagerduty(server.url)
        assert await made.send(message(), None) == Outcome(Fate.DELIVERED)
        assert await made.send(resolved(), None) == Outcome(Fate.DELIVERED)
        await made.close()
    began, ended = (asked.json for asked in server.asked)

    assert {asked.path for asked in server.asked} == {"/v2/enqueue"}
    assert (began["event_action"], ended["event_action"]) == ("trigger", "resolve")
    assert began["dedup_key"] == ended["dedup_key"]
    assert began["routing_key"] == "r0uting-hunter2"


async def test_a_digest_wakes_nobody() -> None:
    """A digest is refused before anything is sent."""
    async with serving(TAKEN) as server:
        made = pagerduty(server.url)
        found = await made.send(message(occasion=Occasion.DIGEST), None)
        await made.close()

    assert found == Outcome(Fate.REFUSED, "PagerDuty takes no digests")
    assert server.asked == []
