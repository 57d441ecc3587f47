"""Delivery by Apprise."""

import pytest

from streams.notify.sender import Fate, Outcome, Sender
from streams.notify.senders.apprise import AppriseSender
from streams.notify.senders.make import ReceiverError, make_sender
from tests.processors.messages.told import message
from tests.streams.notify.senders.made import SHORT_US, receiver
from tests.streams.notify.senders.servers import answer, dying_after, never, serving

pytest.importorskip("apprise")


def apprise(*servers: str, timeout_us: int | None = None) -> Sender:
    """Return a sender to services that take JSON at these URLs."""
    urls = "\n".join(url.replace("http://", "json://ann:hunter2@") for url in servers)
    return make_sender(receiver(timeout_us, type="apprise", urls_env="URLS"), {"URLS": urls})


async def test_what_arrives() -> None:
    """Title, text and the kind of news reach the service as they are."""
    async with serving(answer(200)) as server:
        made = apprise(server.url)
        assert await made.send(message(), None) == Outcome(Fate.DELIVERED)
        await made.close()
    (asked,) = server.asked

    assert asked.json["title"] == "🔴 Customers of team north wait too long"
    assert message().text in asked.json["message"]
    assert asked.json["type"] == "failure"


async def test_only_those_that_failed_are_tried_again() -> None:
    """Of two services the one that took it gets it once."""
    async with serving(answer(200)) as good, serving(answer(503), dying_after(b""), answer(200)) as bad:
        made = apprise(good.url, bad.url)
        outcomes = [await made.send(message(), None) for _ in range(3)]
        await made.close()

    partly = Outcome(Fate.PARTLY, "1 of 2 services did not take it")
    assert outcomes == [partly, partly, Outcome(Fate.DELIVERED)]
    assert (len(good.asked), len(bad.asked)) == (1, 3)


async def test_a_service_that_fails_in_its_own_way_is_tried_again_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it raises is not told, and the one that took the message gets it once."""
    async with serving(answer(200)) as good, serving(answer(200)) as odd:
        made = apprise(good.url, odd.url)
        assert isinstance(made, AppriseSender)
        with monkeypatch.context() as patch:
            patch.setattr(made._services["2"], "async_notify", raising)
            first = await made.send(message(), None)
        second = await made.send(message(), None)
        await made.close()

    assert first == Outcome(Fate.PARTLY, "1 of 2 services did not take it: failed: RuntimeError")
    assert second == Outcome(Fate.DELIVERED)
    assert (len(good.asked), len(odd.asked)) == (1, 1)


async def raising(**_: object) -> bool:
    """Fail as a plugin may."""
    raise RuntimeError("json://ann:hunter2@h")


async def test_a_service_that_never_answers() -> None:
    """It is not waited for longer than the file says."""
    async with serving(never) as server:
        made = apprise(server.url, timeout_us=SHORT_US)
        assert (await made.send(message(), None)).fate is Fate.LATER
        await made.close()


@pytest.mark.parametrize("urls", ["nonsense://hunter2", "json://h hunter2"])
def test_urls_that_apprise_does_not_know(urls: str, caplog: pytest.LogCaptureFixture) -> None:
    """They are counted, not repeated: they hold secrets."""
    with pytest.raises(ReceiverError, match=r"urls: Apprise does not know what to do with URL [12]"):
        make_sender(receiver(type="apprise", urls_env="URLS"), {"URLS": urls})
    assert "hunter2" not in caplog.text
