"""The same work as `plain_counts` as one writes it with Faust: an agent, an event at a time, tables.

    python -m benchmarks.plain_faust BOOTSTRAP NAME TOPIC PARTITIONS GUARANTEE REPORT

In its favour: counts stay in the partition of the event's account (no second topic to bring a rep's events
together), nothing is published, and a reader adds the panes up. GUARANTEE is Faust's: `exactly_once`, which
is what exact numbers take (transactions), or `at_least_once`. Appends JSON lines to the file REPORT.
"""

import os
import sys
from pathlib import Path
from time import process_time
from typing import Any

import faust
import orjson

from benchmarks.plain_counts import DAY_PANES, PANE_S, time_s
from benchmarks.resources import peak_mib
from streams.clock import monotonic_s

REPORT_EVENTS = 200


def plain_app(
    bootstrap: str, name: str, topic: str, partitions: int, guarantee: str, report: Path
) -> faust.App:
    """Return the app."""
    app = faust.App(
        name,
        broker=f"kafka://{bootstrap}",
        store="memory://",
        value_serializer="json",
        topic_partitions=partitions,
        topic_replication_factor=1,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        processing_guarantee=guarantee,
        producer_acks=-1,
        broker_commit_interval=1.0,
        web_enabled=False,
        datadir=str(report.parent / name),
    )
    activity = app.topic(topic, key_type=bytes)
    counts = app.Table("counts", default=dict)
    responses = app.Table("responses", default=lambda: [0.0, 0])
    transitions = app.Table("transitions", default=int)
    received = app.Table("received", default=float)
    stages = app.Table("stages", default=str)
    done = 0

    @app.agent(activity)  # type: ignore[untyped-decorator]
    async def count(events: faust.StreamT) -> None:
        nonlocal done
        async for event in events:
            digest(event)
            done += 1
            if done % REPORT_EVENTS == 0:
                _report(report, done)

    def digest(event: dict[str, Any]) -> None:
        kind, data = event["type"], event["data"]
        at_s = time_s(event["time"])
        who = f"{data['rep']}|{kind}"
        pane = int(at_s) // PANE_S
        # JSON has no numbers for keys.
        panes = {old: n for old, n in counts[who].items() if int(old) > pane - DAY_PANES}
        panes[str(pane)] = panes.get(str(pane), 0) + 1
        counts[who] = panes
        if kind == "crm.inquiry.received":
            received[data["conversation"]] = at_s
        elif kind == "crm.inquiry.answered":
            if data["conversation"] in received:
                total_s, number = responses[data["rep"]]
                responses[data["rep"]] = [total_s + at_s - received.pop(data["conversation"]), number + 1]
        elif kind in ("crm.deal.created", "crm.deal.stage_changed"):
            stage = data.get("to_stage") or data["stage"]
            transitions[f"{data['team']}|{stages[data['deal']]}|{stage}"] += 1
            stages[data["deal"]] = stage

    return app


def _report(path: Path, done: int) -> None:
    line = {"at_s": monotonic_s(), "cpu_s": process_time(), "peak_mib": peak_mib(), "done": done}
    with path.open("ab") as file:
        file.write(orjson.dumps(line) + b"\n")


def main() -> None:
    """Run until SIGTERM."""
    bootstrap, name, topic, partitions, guarantee, report = sys.argv[1:]
    app = plain_app(bootstrap, name, topic, int(partitions), guarantee, Path(report))
    os.makedirs(app.conf.datadir, exist_ok=True)
    faust.Worker(app, loglevel="warning").execute_from_commandline()


if __name__ == "__main__":
    main()
