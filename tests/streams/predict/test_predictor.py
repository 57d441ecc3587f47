"""The predictor without Kafka: one fit a local day by the clock, revisions that rise."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from processors.partition import Send
from processors.predicting.prediction import Forecast, Model
from processors.predicting.purchases import State
from processors.publishing.records import rfc3339
from schemas.catalog import load_catalog
from streams.kafka.readers import Change
from streams.predict.child import ModelStoppedError
from streams.predict.predictor import Predictor
from streams.settings import Settings
from tests.buyers import buyers, event
from tests.oracle.moments import instant
from tests.processors.predicting.test_prediction import Steady

CATALOG = load_catalog(
    "catalog: x\nextends: standard\ncalendar: {timezone: Europe/Amsterdam}\n"
    "kpis: {clv_predicted: {predicted: {model: bg_nbd, repeat_accounts_min: 10}}}\n",
    "x.yaml",
)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now: str) -> None:
        self.us = instant(now)

    def __call__(self) -> int:
        return self.us


class Out:
    """What was published."""

    def __init__(self) -> None:
        self.sends: list[Send] = []

    async def publish(self, sends: Sequence[Send]) -> None:
        self.sends += sends

    def company(self) -> list[dict[str, Any]]:
        """Return the company's records, oldest first."""
        return [
            orjson.loads(send.value)
            for send in self.sends
            if send.key == b"clv_predicted|now|" and send.topic == "crm.kpis" and send.value is not None
        ]


def a_predictor(clock: Clock, model: Model | None = None) -> Predictor:
    """Return a predictor that has read nothing."""
    return Predictor(Settings(), CATALOG, model or Steady(), clock)


def shop(start_us: int, days: int = 100) -> list[Change]:
    """Return the orders of twenty accounts, which buy for so long."""
    return [
        Change(
            "crm.activity",
            0,
            order.account,
            orjson.dumps(event(order, number, rfc3339(start_us + int(order.at_d * 86_400_000_000)))),
            (start_us + int(order.at_d * 86_400_000_000)) // 1000,
        )
        for number, order in enumerate(buyers(3, 20, days))
    ]


async def test_once_a_local_day() -> None:
    """Due at the start, and again when midnight has passed in Amsterdam, not in UTC."""
    clock, out = Clock("2026-01-10T20:00:00Z"), Out()
    predictor = a_predictor(clock)
    assert predictor.is_due()
    await predictor.once(out)  # type: ignore[arg-type]
    assert not predictor.is_due()
    clock.us = instant("2026-01-10T22:59:59Z")
    assert not predictor.is_due()
    clock.us = instant("2026-01-10T23:00:01Z")
    assert predictor.is_due()
    await predictor.once(out)  # type: ignore[arg-type]
    assert not predictor.is_due()
    assert [one["model"]["date"] for one in out.company()] == ["2026-01-10", "2026-01-11"]


async def test_each_day_fits_when_it_is_due() -> None:
    """Left alone, it predicts at once, and then waits for another day."""
    out = Out()
    predictor = a_predictor(Clock("2026-01-10T20:00:00Z"))
    work = asyncio.create_task(predictor.each_day(out))  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        while predictor.is_due():
            await asyncio.sleep(0.01)
    assert predictor.status.unready() == ["the activity is being read"]
    work.cancel()
    assert len(out.company()) == 1


async def test_revisions_rise_though_the_clock_goes_back() -> None:
    """They are the clock's milliseconds, or one more than before."""
    clock, out = Clock("2026-01-10T20:00:00Z"), Out()
    predictor = a_predictor(clock)
    await predictor.once(out)  # type: ignore[arg-type]
    clock.us -= 60_000_000
    await predictor.once(out)  # type: ignore[arg-type]
    first, second = (one["revision"] for one in out.company())
    assert (first, second) == (instant("2026-01-10T20:00:00Z") // 1_000, first + 1)


async def test_a_stopped_model_is_no_failed_fit() -> None:
    """What was published before stays: nobody is told that there is no value."""
    asked: list[int] = []

    def stopped(states: Sequence[State], _days: int) -> Forecast:
        asked.append(len(states))
        raise ModelStoppedError

    out = Out()
    predictor = a_predictor(Clock("2026-01-10T20:00:00Z"), stopped)
    predictor._orders.take(shop(instant("2025-09-01T00:00:00Z")))
    with pytest.raises(ModelStoppedError):
        await predictor.once(out)  # type: ignore[arg-type]
    assert asked == [20]
    assert out.sends == []
    assert predictor.is_due()


async def test_without_orders_it_says_so() -> None:
    """The company's record is null, and tells why; the metric too."""
    out = Out()
    predictor = a_predictor(Clock("2026-01-10T20:00:00Z"))
    told = await predictor.once(out)  # type: ignore[arg-type]
    (company,) = out.company()
    assert (company["value"], company["n"]) == (None, 0)
    assert company["model"]["reason"] == "too_few_repeat_accounts"
    assert told["clv_predicted"].records == 1
    page = (await predictor.status.render(""))[0].decode()
    missing = (
        'crm_pulse_predict_missing{kpi="clv_predicted",reason="too_few_repeat_accounts",what="value"} 1.0'
    )
    assert missing in page
