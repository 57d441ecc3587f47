"""A turn, without Kafka: what happens before and after it is over, and what delivery does not depend on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from processors.notify.ends import Ends
from processors.notify.notifier import Notifier
from processors.partition import Send
from processors.publishing.records import rfc3339
from schemas.message import Message
from schemas.notify import load_notify
from streams.clock import now_us
from streams.kafka.publishing import PublishError
from streams.notify import session as module
from streams.notify.sender import Fate, Outcome
from streams.notify.session import Session
from streams.notify.status import NotifyStatus
from streams.owning.membership import Lease
from streams.settings import Settings
from tests.processors.notify.timeline import alert, encode

FILE = """
receivers: {hook: {type: webhook, url: "https://example.com", secret_env: HOOK_SECRET}}
route: {receivers: [hook], group_by: [id], group_wait: 0s, group_interval: 0s}
"""
PATIENCE_S = 20.0


class Hook:
    """A receiver that takes what it is sent, once it may."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.under_way = asyncio.Event()
        self.may = asyncio.Event()
        self.may.set()

    async def send(self, message: Message, _thread: object) -> Outcome:
        self.under_way.set()
        await self.may.wait()
        self.got.append(message.alerts[0].rule)
        return Outcome(Fate.DELIVERED)

    async def close(self) -> None: ...


class Scene:
    """A session whose topics are a list and whose reading is up to the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, refuses: Sequence[str] = ()) -> None:
        self.refuses = refuses
        self.published: list[str] = []
        self.hook, self.over, self.lease = Hook(), asyncio.Event(), Lease(600.0)
        self.lease.renew(self.lease.now())
        self.status = NotifyStatus(["hook"])
        self.notifier = Notifier(load_notify(FILE, "notify.yaml"), ZoneInfo("UTC"), {})
        self.producers: list[tuple[Lease, Mapping[str, Any]]] = []
        self.heard: Callable[[], None]
        self.take_alert: Callable[[Any], None]
        self.read_whole = asyncio.Event()
        self.may_read = asyncio.Event()
        self.may_read.set()
        scene = self

        class Published:
            def __init__(self, *_: object) -> None: ...

            async def publish(self, sends: Sequence[Send]) -> None:
                for send in sends:
                    if send.topic in scene.refuses:
                        raise PublishError(f"{send.topic}[0]: not acknowledged")
                    scene.published.append(send.topic)

        @asynccontextmanager
        async def producing(_: Settings, lease: Lease, **options: Any) -> AsyncIterator[None]:
            self.producers.append((lease, options))
            yield

        async def read_all(
            _stack: AsyncExitStack, _settings: Settings, notifier: Notifier, ends: Ends,
            heard: Callable[[], None], _fail: object,
        ) -> None:  # fmt: skip
            notifier.restored()

            def take_alert(one: Any) -> None:
                notifier.take_alert(one.id, encode(one), now_us())
                ends.take_alert(one.id, encode(one), now_us())
                heard()

            self.take_alert = take_alert
            take_alert(alert("first"))
            await self.may_read.wait()
            self.read_whole.set()

        monkeypatch.setattr(module, "Publisher", Published)
        monkeypatch.setattr(module, "producing", producing)
        monkeypatch.setattr(module, "read_all", read_all)
        self.session = Session(
            Settings(), self.notifier, {"hook": self.hook}, self.lease, self.status, lambda: 0.5
        )

    def run(self) -> asyncio.Task[None]:
        """Begin the turn."""
        return asyncio.create_task(self.session.run(self.over))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await asyncio.sleep(0.01)


async def test_a_turn_that_is_over_before_all_is_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process has it by now: nothing is decided, written or sent, and reading is cut off."""
    scene = Scene(monkeypatch)
    scene.may_read.clear()
    turn = scene.run()
    await scene.until(lambda: hasattr(scene, "take_alert"))

    scene.over.set()
    await asyncio.wait_for(turn, PATIENCE_S)

    assert not scene.read_whole.is_set()
    assert (scene.published, scene.hook.got, scene.notifier.decided.total()) == ([], [], 0)


async def test_a_turn_that_is_over_when_all_is_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it ends at the last moment."""
    scene = Scene(monkeypatch)
    scene.over.set()

    await asyncio.wait_for(scene.run(), PATIENCE_S)

    assert (scene.published, scene.hook.got, scene.notifier.decided.total()) == ([], [], 0)


async def test_what_is_on_its_way_is_finished_and_nothing_else_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the end of a turn its messages may arrive, and that is noted; news are the next one's to decide."""
    scene = Scene(monkeypatch)
    scene.hook.may.clear()
    turn = scene.run()
    await asyncio.wait_for(scene.hook.under_way.wait(), PATIENCE_S)
    decided = scene.notifier.decided.total()

    scene.over.set()
    await scene.until(lambda: scene.session._over)
    scene.take_alert(alert("second"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not turn.done()
    scene.hook.may.set()
    await asyncio.wait_for(turn, PATIENCE_S)

    assert scene.hook.got == ["first"]
    assert scene.notifier.decided.total() == decided


async def test_delivery_goes_on_where_the_engine_can_not_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not write on the activity's topic tells people of alerts all the same."""
    scene = Scene(monkeypatch, refuses=["crm.activity"])
    turn = scene.run()
    now = rfc3339(now_us())
    over = {"fired_at": "2026-11-21T09:00:00Z", "updated_at": now, "ends_at": now}

    await asyncio.wait_for(scene.read_whole.wait(), PATIENCE_S)
    scene.take_alert(alert("first", state="resolved", minute=1, **over))
    scene.take_alert(alert("second"))
    await scene.until(lambda: "second" in scene.hook.got)

    assert not turn.done()
    scene.over.set()
    await asyncio.wait_for(turn, PATIENCE_S)
    assert set(scene.published) == {"crm.notified"}


async def test_records_leave_through_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry that is still under way when another process has the turn must not arrive after its records."""
    scene = Scene(monkeypatch)
    scene.over.set()

    await asyncio.wait_for(scene.run(), PATIENCE_S)

    assert [lease for lease, _ in scene.producers] == [scene.lease]
