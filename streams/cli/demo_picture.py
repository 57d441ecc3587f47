"""docs/demo.svg, the picture in README.md: `python -m streams.cli.demo_picture`.

The demo in virtual time: the same floor, processors and view, and lists in the place of topics, so that it
takes seconds, needs no server, and always shows the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, Final

import orjson
from rich.console import Console

from processors.compile import Plan
from processors.partition import PartitionProcessor, Send, Stored
from schemas.catalog import load_catalog
from schemas.rule import load_rules
from streams.cli.live_model import Engine, Model
from streams.cli.live_view import render
from streams.settings import Settings, load
from streams.sources.raw import RawEvent
from streams.sources.route import Router
from streams.sources.simulate import DEMO_PLAN, Arrival, DemoFloor
from streams.topics import topics
from streams.topology import stages

PAGE: Final = Path(__file__).parents[2] / "docs" / "demo.svg"
START_US: Final = int(datetime(2025, 11, 21, 10, tzinfo=UTC).timestamp()) * 1_000_000
#: A team has found its forgotten mailbox by then, and the alert fires.
LENGTH_S: Final = 40
STEPS_PER_S: Final = 2
COLUMNS: Final = 116
LINES: Final = 34


class Floor:
    """The demo's pipeline, a partition of each stage, and what its view knows."""

    def __init__(self, seed: int = 1) -> None:
        self.now_us = START_US
        self.model = Model(
            metrics_url="http://127.0.0.1:9464/metrics",
            page_url="http://127.0.0.1:8080",
            started_us=START_US,
            hint="crm-pulse kpis",
        )
        settings = load({"CRM_PULSE_PARTITIONS": "1"})
        self._names = topics(settings)
        self._log: defaultdict[str, list[Stored]] = defaultdict(list)
        self._router = Router(self._names, 1)
        self._stages = _pipeline(settings)
        self._floor = DemoFloor(seed, START_US, DEMO_PLAN)
        self._take(self._floor.history())

    def run(self, seconds: int) -> Model:
        """Let the floor live for so long; return what the view knows then."""
        before = self._engine((0, 0))
        for step in range(1, seconds * STEPS_PER_S + 1):
            self.now_us = START_US + step * 1_000_000 // STEPS_PER_S
            self._take(self._floor.live(self.now_us))
            if step == (seconds - 1) * STEPS_PER_S:
                before = self._engine((0, 0))
        self.model.engine = self._engine((before.events_total, self._sent))
        return self.model

    def _take(self, arrivals: Iterable[Arrival]) -> None:
        """Publish these events; let every stage process what came for it and tick."""
        self._sent = 0
        for arrival in arrivals:
            raw = RawEvent(arrival.value, "demo", 1)
            for send in self._router.sends(raw, self._router.read(raw)):
                self._append(send)
        self.model.now_us = self.now_us
        for topic_name, processor in self._stages:
            waiting = self._log[topic_name][processor.cut + 1 :]
            if waiting:
                self._publish(processor.process(waiting, self.now_us))
            while sends := processor.tick(self.now_us):
                self._publish(sends)
            # What the clock decided about an alert is told once a checkpoint has it.
            processor.snapshot()

    def _publish(self, sends: Sequence[Send]) -> None:
        for send in sends:
            self._append(send)
            key = (send.key or b"").decode()
            value: Any = orjson.loads(send.value) if send.value else None
            if send.topic == self._names.kpis.name:
                self.model.kpi_records += 1
                self._sent += 1
                self.model.take_kpi(key, value)
            elif send.topic == self._names.alerts.name:
                self.model.take_alert(key, value)

    def _append(self, send: Send) -> None:
        log = self._log[send.topic]
        log.append(Stored(len(log), self.now_us // 1000, send.key, send.value, send.headers))

    def _engine(self, before: tuple[float, float]) -> Engine:
        """Return the engine's own numbers; `before`: events a second ago, records of the last step."""
        counts: defaultdict[str, int] = defaultdict(int)
        for _, processor in self._stages:
            for name, count in processor.stats.items():
                counts[name] += count
        return Engine(
            events_total=counts["events"],
            events_per_s=counts["events"] - before[0],
            kpi_records_per_s=before[1] * STEPS_PER_S,
            duplicates=counts["duplicates"],
            dead_letters=sum(count for name, count in counts.items() if name.startswith("dead_letters_")),
            ready=True,
        )


def _pipeline(settings: Settings) -> list[tuple[str, PartitionProcessor]]:
    catalog = load_catalog()
    text = files("streams.cli").joinpath("demo_rules.yaml").read_text("utf-8")
    rules = load_rules(catalog, text)
    pipeline = [(one.source.name, one.make(0)) for one in stages(settings, Plan(catalog), rules)]
    for _, processor in pipeline:
        processor.restored()
    return pipeline


def picture(model: Model) -> str:
    """Return the view of a model as SVG."""
    console = Console(
        record=True,
        width=COLUMNS,
        height=LINES,
        file=StringIO(),
        force_terminal=True,
        color_system="truecolor",
    )
    console.print(render(model, COLUMNS, LINES))
    svg = console.export_svg(title="crm-pulse demo", unique_id="demo")
    # The reader's own fonts: a picture fetches nothing.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def main(page: Path = PAGE) -> None:
    """Draw the page's picture."""
    page.write_text(picture(Floor().run(LENGTH_S)), "utf-8")


if __name__ == "__main__":
    main()
