"""Delivery to Alertmanager: to servers that only look like one, and to a real one with its amtool."""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from processors.publishing.records import rfc3339
from processors.reading.event_time import decode_time
from schemas.alert import Alert, AlertState, Reason
from streams.clock import monotonic_s, now_us
from streams.notify.sender import Fate, Outcome
from tests.conftest import unavailable
from tests.processors.messages.told import alert, message
from tests.services.alertmanager import Alertmanager, find_alertmanager
from tests.streams.notify.senders.made import alertmanager, sender
from tests.streams.notify.senders.servers import Server, answer, serving

MINUTE_US = 60_000_000
WAIT_S = 30.0


async def test_what_arrives() -> None:
    """Alerts that end by themselves after four times the interval at which they are sent again."""
    async with serving(answer(200, "")) as server:
        made = alertmanager(f"{server.url}/am/", resend_every="2m", labels={"site": "eu"})
        begin_us = now_us()
        assert await made.send(message(), None) == Outcome(Fate.DELIVERED)
        await made.close()
    (asked,) = server.asked
    (one,) = asked.json

    assert asked.path == "/am/api/v2/alerts"
    assert (one["labels"]["alertname"], one["labels"]["site"]) == ("slow-response", "eu")
    assert one["startsAt"] == alert().starts_at
    assert 0 <= decode_time(one["endsAt"]) - begin_us - 8 * MINUTE_US <= MINUTE_US


@pytest.mark.parametrize(
    ("first", "second", "fate"),
    [
        pytest.param(200, 200, Fate.DELIVERED, id="both took it"),
        pytest.param(500, 200, Fate.DELIVERED, id="one took it"),
        pytest.param(400, 503, Fate.LATER, id="one may take it later"),
        pytest.param(400, 401, Fate.REFUSED, id="both refused"),
    ],
)
async def test_a_cluster(first: int, second: int, fate: Fate) -> None:
    """Every member is told; one that takes it is enough."""
    async with serving(answer(first)) as one, serving(answer(second)) as other:
        made = alertmanager(one.url, urls=(one.url, other.url))
        assert (await made.send(message(), None)).fate is fate
        await made.close()

    assert len(one.asked) == len(other.asked) == 1


async def test_logging_in() -> None:
    """By user name and password, or by a token."""
    async with serving(answer(200)) as server:
        for more in ({"username": "pulse", "password_env": "PASSWORD"}, {"token_env": "TOKEN"}):
            made = sender(type="alertmanager", urls=(server.url,), **more)
            await made.send(message(), None)
            await made.close()

    basic = base64.b64encode(b"pulse:hunter2").decode()
    assert [asked.headers["authorization"] for asked in server.asked] == [
        f"Basic {basic}",
        "Bearer xoxb-hunter2",
    ]


async def test_nothing_to_say() -> None:
    """A message of pending alerts only is nothing to Alertmanager."""
    async with serving(answer(200)) as server:
        made = alertmanager(server.url)
        found = await made.send(message(alerts=(alert(state=AlertState.PENDING),)), None)
        await made.close()

    assert (found.fate, server.asked) == (Fate.DELIVERED, [])


def firing(**changes: Any) -> Alert:
    """Return an alert that began five minutes ago, by the clock that Alertmanager has too."""
    return alert(starts_at=rfc3339(now_us() - 5 * MINUTE_US), **changes)


async def told(hook: Server, status: str, ready: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
    """Wait until Alertmanager told its webhook of an alert with this status; return its labels."""
    end_s = monotonic_s() + WAIT_S
    while monotonic_s() < end_s:
        for asked in hook.asked:
            for one in asked.json["alerts"]:
                if one["status"] == status and ready(one["labels"]):
                    return cast(dict[str, Any], one["labels"])
        await asyncio.sleep(0.05)
    raise AssertionError(f"Alertmanager told of nothing {status}")


async def test_a_real_one(tmp_path: Path) -> None:
    """It takes the alerts, shows them to amtool once however often they are sent, and tells of begin and end."""
    if find_alertmanager() is None:
        unavailable("no Alertmanager with amtool on the PATH (Debian: prometheus-alertmanager)")
    began = firing()
    # Names and values that a sales organisation may have.
    other = firing(
        id="b", rule="quiet-rep", dims={"rep": 'Zoë "Z" O\'Neil, {x}'}, labels={"sales-area": "süd"}
    )
    async with serving(answer(200)) as hook, Alertmanager(tmp_path, f"{hook.url}/hook") as real:
        made = alertmanager(real.url)
        for _ in range(3):
            assert await made.send(message(alerts=(began, other)), None) == Outcome(Fate.DELIVERED)
        seen = {one["labels"]["alertname"]: one for one in real.amtool("alert", "query")}
        labels = await told(hook, "firing", lambda labels: labels["alertname"] == "slow-response")

        assert {*seen} == {"slow-response", "quiet-rep"}
        assert seen["quiet-rep"]["labels"]["rep"] == 'Zoë "Z" O\'Neil, {x}'
        assert seen["quiet-rep"]["labels"]["sales_area"] == "süd"
        assert seen["slow-response"]["annotations"]["value"] == "1 h 33 min"
        assert labels == {
            "alertname": "slow-response", "severity": "critical", "alert_id": began.id, "owner": "ops",
            "kpi": "response_time_p90", "window": "rolling_24h", "team": "north", "area": "service",
        }  # fmt: skip

        over = firing(state=AlertState.RESOLVED, reason=Reason.RECOVERED, ends_at=rfc3339(now_us()))
        assert (await made.send(message(alerts=(over,)), None)).fate is Fate.DELIVERED
        await told(hook, "resolved", lambda labels: labels["alertname"] == "slow-response")
        assert [one["labels"]["alertname"] for one in real.amtool("alert", "query")] == ["quiet-rep"]
        await made.close()


async def test_a_real_one_and_another_severity(tmp_path: Path) -> None:
    """What became critical is no longer a warning: one alert fires, the other is resolved."""
    if find_alertmanager() is None:
        unavailable("no Alertmanager with amtool on the PATH (Debian: prometheus-alertmanager)")
    reason: Any = "escalated"
    async with serving(answer(200)) as hook, Alertmanager(tmp_path, f"{hook.url}/hook") as real:
        made = alertmanager(real.url)
        await made.send(message(alerts=(firing(severity="warning"),)), None)
        await told(hook, "firing", lambda labels: labels["severity"] == "warning")
        await made.send(message(alerts=(firing(severity="critical", reason=reason),)), None)
        await told(hook, "firing", lambda labels: labels["severity"] == "critical")
        await told(hook, "resolved", lambda labels: labels["severity"] == "warning")
        active = real.amtool("alert", "query")
        await made.close()

    assert [one["labels"]["severity"] for one in active] == ["critical"]
