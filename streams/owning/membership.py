"""Whether this worker may still write for its partitions: a lease, renewed by what the group answers.

A process that was stopped for a while (a sleeping machine, a debugger, swapping) wakes up in the middle of
whatever it did, before it can learn that its partitions have gone to others. What it would write then is
true but old; compaction, which keeps the last record of a key, might prefer it to the newer truth.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from aiokafka.protocol.group import SyncGroupRequest
from aiokafka.protocol.produce import ProduceRequest

from streams.clock import elapsed_s

log = structlog.get_logger(__name__)

POLL_S = 0.05

HEARTBEATS_PER_SESSION = 6
#: A member whose `instance_id` another process has taken learns of it with its next heartbeat.
HEARTBEAT_INTERVAL_MAX_S = 1.0

UNHEARD = (
    "the consumer group has not answered for a session's time-out: is Kafka there, or a rebalance under way?"
)
"""Why a member is not ready."""

TAKEN = "another process has the same CRM_PULSE_INSTANCE_ID; while both run, neither gets anything done"
"""Why a member with a name of its own is put out though it was heard in time."""


class LeaseLostError(KafkaError):  # type: ignore[misc]
    """What is waiting to be sent may be older than what another worker has published since."""

    retriable = False


def heartbeat_interval_s(session_timeout_s: float) -> float:
    """Return how often a group's member says that it is there."""
    return min(session_timeout_s / HEARTBEATS_PER_SESSION, HEARTBEAT_INTERVAL_MAX_S)


class Lease:
    """Lasts a session time-out from the last assignment or heartbeat that the group's coordinator answered."""

    def __init__(self, session_timeout_s: float, clock: Callable[[], float] = elapsed_s) -> None:
        self._session_timeout_s = session_timeout_s
        self._clock = clock
        self._confirmed_s: float | None = None
        self._was_held = False
        self._sending = 0
        self._void = False

    def now(self) -> float:
        """Return the time to give to `renew`; to be read before the coordinator is asked."""
        return self._clock()

    def renew(self, sent_s: float) -> None:
        """The coordinator answered what was sent at `sent_s`. May be called from any thread."""
        self._confirmed_s = sent_s
        self._was_held = True

    def end(self) -> None:
        """The group does not know this worker any more: what it was sending must not arrive any more."""
        self._confirmed_s = None
        self._void = self._void or self._sending > 0

    def sending(self, acknowledged: "asyncio.Future[object]") -> None:
        """Note that something is under way until it is acknowledged or refused."""
        # Whoever was put out has nothing to send before the group takes him in again: this was made before.
        self._void = self._void or (self._was_held and self._confirmed_s is None)
        self._sending += 1
        acknowledged.add_done_callback(self._sent)

    def _sent(self, _: "asyncio.Future[object]") -> None:
        self._sending -= 1

    async def assured(self) -> None:
        """Return when the lease is held; raise LeaseLostError when what is under way has outlived it.

        For the last moment before bytes leave: a process that was stopped between a decision and its send
        wakes up here, and waits until the group has said whether it is still a member.
        """
        while not self._void and not self.held:  # noqa: ASYNC110 (ended by the clock or another thread)
            await asyncio.sleep(POLL_S)
        if self._void:
            raise LeaseLostError("the group put this worker out while it was sending")

    @property
    def held(self) -> bool:
        """Whether no other worker can have this one's partitions."""
        confirmed = self._confirmed_s
        return confirmed is not None and self._clock() - confirmed < self._session_timeout_s

    @property
    def ended(self) -> bool:
        """Whether the group does not know this worker, or does not know it any more."""
        return self._confirmed_s is None

    @property
    def lost(self) -> bool:
        """Whether it was held and is not any more: Kafka is away, or the group has put this member out."""
        return self._was_held and not self.held


def keep(lease: Lease, coordinator: Any) -> None:
    """Have aiokafka's coordinator of a group's member renew the lease with each answer, and end it."""
    send, heartbeat, forget = coordinator._send_req, coordinator._do_heartbeat, coordinator.reset_generation

    async def renewing_send(request: Any) -> Any:
        # From when the assignment was asked for: whoever was stopped before he heard of it may have lost it since.
        sent_s = lease.now()
        answer = await send(request)
        if isinstance(request, SyncGroupRequest) and not answer.error_code:
            lease.renew(sent_s)
        return answer

    async def renewing_heartbeat() -> bool:
        sent_s, was_held = lease.now(), lease.held
        answered: bool = await heartbeat()
        if answered:
            lease.renew(sent_s)
        elif was_held and lease.ended and coordinator._group_instance_id is not None:
            # In time, and yet the group does not know it: its name is another's.
            log.warning("put_out_of_group", group=coordinator.group_id, says=TAKEN)
        return answered

    def ending_forget() -> None:
        lease.end()
        forget()

    coordinator._send_req = renewing_send
    coordinator._do_heartbeat = renewing_heartbeat
    coordinator.reset_generation = ending_forget


def leased(client: Any, lease: Lease) -> None:
    """Let records leave only while no other worker can have this one's partitions; retries too."""
    send = client.send

    async def leased_send(node_id: Any, request: Any, **how: Any) -> Any:
        if isinstance(request, ProduceRequest):
            await lease.assured()
        return await send(node_id, request, **how)

    client.send = leased_send
