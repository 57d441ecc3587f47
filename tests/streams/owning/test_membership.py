"""The lease: how long a worker may write after the group's coordinator last answered."""

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.producer import sender
from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest
from aiokafka.protocol.produce import ProduceRequest

from streams.brokers.embedded import EmbeddedKafka
from streams.clock import elapsed_s
from streams.kafka.topic_admin import ensure
from streams.owning.membership import Lease, LeaseLostError, heartbeat_interval_s, keep, leased
from streams.topics import topics
from tests.streams.processes import own_settings


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize(("session_s", "every_s"), [(3.0, 0.5), (6.0, 1.0), (45.0, 1.0), (300.0, 1.0)])
def test_heartbeats(session_s: float, every_s: float) -> None:
    """Several in a session, so that one may be lost; in long ones each second, to hear soon of a double."""
    assert heartbeat_interval_s(session_s) == every_s


def test_no_lease_before_the_first_confirmation() -> None:
    """A worker that has not joined owns nothing."""
    assert not Lease(6.0, Clock()).held


def test_lease_lasts_a_session_timeout_from_the_sending() -> None:
    """The coordinator counts from the heartbeat's arrival, which is after its sending: we end first."""
    clock = Clock()
    lease = Lease(6.0, clock)
    sent_s = lease.now()
    clock.now_s += 2.0
    lease.renew(sent_s)

    clock.now_s = sent_s + 5.9
    assert lease.held
    clock.now_s = sent_s + 6.0
    assert not lease.held


def test_it_is_measured_by_a_clock_that_goes_on_while_the_machine_sleeps() -> None:
    """Another worker has its partitions then, however little time this one has noticed."""
    assert inspect.signature(Lease).parameters["clock"].default is elapsed_s


def test_next_heartbeat_revives_it() -> None:
    """The coordinator was away, not we."""
    clock = Clock()
    lease = Lease(6.0, clock)
    lease.renew(lease.now())
    clock.now_s += 60.0

    lease.renew(lease.now())

    assert lease.held


def test_group_that_forgot_us_ends_it_at_once() -> None:
    """The partitions are others' by now."""
    lease = Lease(6.0, Clock())
    lease.renew(lease.now())

    lease.end()

    assert not lease.held


def test_lost_is_what_was_held() -> None:
    """Neither before the first confirmation nor after the next: health pages tell of it."""
    clock = Clock()
    lease = Lease(6.0, clock)
    assert not lease.lost
    lease.renew(lease.now())
    assert not lease.lost
    clock.now_s += 6.0
    assert lease.lost
    lease.renew(lease.now())
    assert not lease.lost
    lease.end()
    assert lease.lost


async def test_what_is_under_way_waits_for_the_group_and_goes_on_when_it_answers() -> None:
    """A process that was stopped sends nothing before the group has said that it is still a member."""
    clock = Clock()
    lease = Lease(6.0, clock)
    lease.renew(lease.now())
    await lease.assured()
    clock.now_s += 8.0
    waiting = asyncio.create_task(lease.assured())
    await asyncio.sleep(0)
    assert not waiting.done()

    lease.renew(lease.now())

    await asyncio.wait_for(waiting, 5.0)


async def test_what_is_under_way_never_leaves_once_the_group_put_the_worker_out() -> None:
    """Not even after the worker has joined again: others may have published newer values since."""
    clock = Clock()
    lease = Lease(6.0, clock)
    lease.renew(lease.now())
    lease.sending(asyncio.get_running_loop().create_future())
    clock.now_s += 8.0
    waiting = asyncio.create_task(lease.assured())
    await asyncio.sleep(0)

    lease.end()
    lease.renew(lease.now())

    with pytest.raises(LeaseLostError):
        await asyncio.wait_for(waiting, 5.0)
    with pytest.raises(LeaseLostError):
        await lease.assured()


async def test_what_was_made_before_the_worker_was_put_out_does_not_leave_after_it_is_back() -> None:
    """Nor where it was still being made then: heartbeats have a thread of their own, and do not wait for a tick."""
    lease = Lease(6.0, Clock())
    lease.renew(lease.now())
    lease.end()  # in the middle of a tick

    lease.sending(asyncio.get_running_loop().create_future())
    lease.renew(lease.now())

    with pytest.raises(LeaseLostError):
        await lease.assured()


async def test_a_member_that_is_back_may_send() -> None:
    """What it makes then, it makes of what it was given anew."""
    lease = Lease(6.0, Clock())
    lease.renew(lease.now())
    lease.end()
    lease.renew(lease.now())

    lease.sending(asyncio.get_running_loop().create_future())

    await lease.assured()


async def test_a_member_with_nothing_under_way_may_join_again() -> None:
    """Being put out while idle ends nothing."""
    lease = Lease(6.0, Clock())
    acknowledged: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    lease.sending(acknowledged)
    acknowledged.set_result(None)
    await asyncio.sleep(0)

    lease.end()
    lease.renew(lease.now())

    await lease.assured()


async def test_records_leave_through_the_lease() -> None:
    """The producer's client asks the lease before each produce request, retries included, and for nothing else."""
    asked: list[str] = []

    class Asked:
        async def assured(self) -> None:
            asked.append("assured")

    class Client:
        async def send(self, node_id: int, request: object, **_: object) -> None:
            asked.append(type(request).__name__)

    client = Client()
    leased(client, Asked())  # type: ignore[arg-type]
    await client.send(1, ProduceRequest(required_acks=-1, timeout=1, topics=[], transactional_id=None))
    await client.send(1, "metadata")

    assert ["assured", "ProduceRequest", "str"] == asked
    assert "self._client.send(node_id, request)" in inspect.getsource(sender.SendProduceReqHandler)


class Coordinator:
    """Answers as told, some seconds after it was asked."""

    def __init__(self, clock: Clock, takes_s: float, error_code: int = 0) -> None:
        self._clock, self._takes_s, self._error_code = clock, takes_s, error_code

    async def _send_req(self, _request: object) -> Any:
        self._clock.now_s += self._takes_s
        return SimpleNamespace(error_code=self._error_code)

    async def _do_heartbeat(self) -> bool:
        return True

    def reset_generation(self) -> None: ...


@pytest.mark.parametrize(
    ("kind", "takes_s", "error_code", "held"),
    [
        (SyncGroupRequest, 1.0, 0, True),
        (SyncGroupRequest, 20.0, 0, False),  # it was stopped before it heard the answer
        (SyncGroupRequest, 1.0, 25, False),
        (HeartbeatRequest, 1.0, 0, False),  # what it means is for the coordinator to say
    ],
)
async def test_an_assignment_renews_it_from_when_it_was_asked_for(
    kind: Any, takes_s: float, error_code: int, held: bool
) -> None:
    """When the group gave the partitions nobody here knows, but it was later than that."""
    clock = Clock()
    lease, coordinator = Lease(6.0, clock), Coordinator(clock, takes_s, error_code)
    keep(lease, coordinator)

    await coordinator._send_req(kind.__new__(kind))

    assert lease.held is held


@pytest.mark.embedded
async def test_a_member_holds_it_from_its_assignment_on(embedded_kafka: EmbeddedKafka) -> None:
    """Not only from the first heartbeat: what it is given first is not sent any later for that."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings)
    lease, held = Lease(30.0), []

    class Assigned(ConsumerRebalanceListener):  # type: ignore[misc]
        async def on_partitions_revoked(self, revoked: object) -> None: ...

        async def on_partitions_assigned(self, assigned: object) -> None:
            held.append(lease.held)

    consumer = AIOKafkaConsumer(
        bootstrap_servers=embedded_kafka.bootstrap, group_id=settings.app_id, enable_auto_commit=False,
        session_timeout_ms=30_000, heartbeat_interval_ms=9_000,
    )  # fmt: skip
    await consumer.start()
    try:
        keep(lease, consumer._coordinator)
        consumer.subscribe([topics(settings).kpis.name], listener=Assigned())
        async with asyncio.timeout(20.0):
            while not held:
                await consumer.getmany(timeout_ms=100)
    finally:
        await consumer.stop()

    assert held == [True]
