"""What the engine really publishes: records made by its own processors, for tests of those who read them."""

from collections.abc import Iterable
from functools import cache

import orjson

from processors.compile import Plan
from processors.partition import Send
from processors.replay import Replay
from processors.virtual_time.example_alerts import ALERTS, AlertClock
from processors.virtual_time.example_story import Arrival
from schemas.catalog import load_catalog
from schemas.dead_letter import Unusable
from schemas.rule import Rule
from streams.sources.simulate import FloorPlan, simulate
from tests.oracle.moments import instant
from tests.processors.past import RESTLESS, inquiries, open_rule

DAY_US = 86_400_000_000
WEEK_US = 7 * DAY_US
START_US = instant("2026-03-02T00:00:00Z")
FLOOR = FloorPlan(teams=2, reps=6, accounts=60, events_per_s=0.05, quota=20_000.0)


def floor_events(days: int = 3) -> list[bytes]:
    """Return the events of a small sales floor over some days."""
    return [one.value for one in simulate(3, START_US, FLOOR, until_us=START_US + days * DAY_US)]


@cache
def kpi_records() -> tuple[tuple[bytes, bytes], ...]:
    """Return key and value of every KPI record of the floor after three days, past periods included."""
    engine = Replay(Plan(load_catalog()), arrival_us=START_US + WEEK_US, dedup_horizon_us=WEEK_US)
    for value in floor_events():
        try:
            engine.take(value)
        except Unusable:
            continue
    return tuple((one.key, one.body) for one in engine.records("all") if one.body is not None)


class _Heard(AlertClock):
    """Keeps everything that is published of alerts."""

    def __init__(self, arrivals: list[Arrival], rules: dict[str, Rule]):
        self.sends: list[Send] = []
        super().__init__(Plan(load_catalog()), rules, arrivals, WEEK_US)

    def _keep(self, sends: Iterable[Send]) -> None:
        taken = list(sends)
        self.sends += [send for send in taken if send.topic == ALERTS]
        super()._keep(taken)


@cache
def alert_sends() -> tuple[Send, ...]:
    """Return what is published on `crm.alerts` of inquiries that pile up, are answered, and pile up again."""
    events = sorted(inquiries(RESTLESS), key=lambda one: str(one["time"]))
    arrivals = [
        Arrival(instant(one["time"]), line, one["type"], orjson.dumps(one)) for line, one in enumerate(events)
    ]
    clock = _Heard(arrivals, {"many": open_rule(), "long": open_rule(**{"for": "30m"})})
    clock.at(arrivals[-1].arrives_us + DAY_US)
    return tuple(clock.sends)
