"""How long alerts went on, told to the engine."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from processors.notify.ends import Ends
from processors.partition import Send
from processors.publishing.records import rfc3339
from streams.clock import now_us
from streams.kafka.publishing import PublishError
from streams.notify.ends_telling import tell_ends
from streams.owning.membership import Lease, LeaseLostError
from tests.processors.notify.timeline import alert, encode


class Topic:
    """Takes what is published; refuses the first of it, if so told."""

    def __init__(self, refusal: KafkaError | None = None) -> None:
        self.refusal = refusal
        self.sends: list[Send] = []
        self.asked = asyncio.Event()

    async def publish(self, sends: Sequence[Send]) -> None:
        self.asked.set()
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise PublishError("crm.activity[0]: not acknowledged") from refusal
        self.sends += sends


def held() -> Lease:
    """Return a lease for longer than any test."""
    lease = Lease(600.0)
    lease.renew(lease.now())
    return lease


def end(ends: Ends, rule: str, news: asyncio.Event) -> None:
    """Tell of an alert that is over."""
    now = rfc3339(now_us())
    moments = {"fired_at": "2026-11-21T09:00:00Z", "updated_at": now, "ends_at": now}
    one = alert(rule, state="resolved", minute=1, **moments)
    ends.take_alert(one.id, encode(one), now_us())
    news.set()


async def test_what_is_refused_waits_for_the_next_start() -> None:
    """What comes later is told; nothing else stops."""
    ends, news, topic = Ends("crm.activity"), asyncio.Event(), Topic(TopicAuthorizationFailedError())
    task = asyncio.create_task(tell_ends(ends, news, topic, held()))  # type: ignore[arg-type]
    end(ends, "a", news)
    async with asyncio.timeout(20.0):
        await topic.asked.wait()
        end(ends, "b", news)
        while not topic.sends:
            await asyncio.sleep(0.01)

    assert [send.key for send in topic.sends] == [alert("b").id.encode()]
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_lost_lease_is_no_refusal() -> None:
    """Another process may have the turn: whatever else this one does is in doubt too."""
    ends, news = Ends("crm.activity"), asyncio.Event()
    end(ends, "a", news)
    with pytest.raises(PublishError):
        async with asyncio.timeout(20.0):
            await tell_ends(ends, news, Topic(LeaseLostError()), held())  # type: ignore[arg-type]

    lease = held()
    lease.sending(asyncio.get_running_loop().create_future())
    lease.end()
    end(ends, "b", news)
    with pytest.raises(LeaseLostError):
        async with asyncio.timeout(20.0):
            await tell_ends(ends, news, Topic(), lease)  # type: ignore[arg-type]
