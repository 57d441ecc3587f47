"""What the dashboard and the rules ask of predictions, in a real Prometheus that scrapes two predictors' pages.

The model is one that needs no time: what the real one gives is tested with it.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from streams.brokers.process import free_port
from streams.clock import monotonic_s, now_us
from streams.web.health import HealthServer
from tests.conftest import unavailable
from tests.deploy.prometheus_files import RULES, boards, queries, rules
from tests.services.prometheus import Prometheus, find_prometheus
from tests.streams.predict.test_predictor import Clock, Out, a_predictor, shop

OF_PREDICTIONS = "crm_pulse_predict_"
DAYS = 300
WAIT_S = 60.0


async def test_every_query_about_predictions_has_an_answer(tmp_path: Path) -> None:
    """Of one that has orders, and of one that has none and says why there is no value."""
    if find_prometheus() is None:
        unavailable("prometheus is not installed")
    clock = Clock("2026-01-10T20:00:00Z")
    clock.us = now_us()
    predictors = [a_predictor(clock) for _ in range(2)]
    predictors[0]._orders.take(shop(clock.us - DAYS * 86_400_000_000, DAYS))
    async with AsyncExitStack() as stack:
        targets = []
        for predictor in predictors:
            await predictor.once(Out())  # type: ignore[arg-type]
            server = HealthServer("127.0.0.1", free_port(), predictor.status, predictor.status)
            targets.append(f"127.0.0.1:{(await stack.enter_async_context(server)).port}")
        prometheus = await stack.enter_async_context(Prometheus(tmp_path, targets, [RULES]))
        asked = [one for one in queries(boards()["engine.json"]) if OF_PREDICTIONS in one.expr]
        assert asked
        deadline_s = monotonic_s() + WAIT_S
        while empty := [one for one in asked if not await prometheus.query(one.expr)]:
            assert monotonic_s() < deadline_s, empty
            await asyncio.sleep(0.5)

        assert await prometheus.query(f"sum({OF_PREDICTIONS}accounts)")
        for rule in (one for one in rules() if OF_PREDICTIONS in one["expr"]):
            assert await prometheus.query(rule["expr"]) == [], "nothing is wrong"
