"""Random catalogs of one's own say what plain Python says, in any order of events and over restarts."""

import json
import math
import random
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from processors.compile import Plan
from schemas.catalog import load_catalog
from tests.exactness.test_replay_equals_oracle import replayed
from tests.exactness.test_restarts_equal_oracle import run
from tests.oracle.histories import random_arrivals, random_history, times_us
from tests.oracle.moments import instant
from tests.oracle.plain import EVENT_FACTS, facts_of, value_of
from tests.oracle.vocabulary import CAMPAIGNS, CHANNELS, CONTENTS, PRODUCTS, REPS, SEGMENTS

ZONE = "Australia/Lord_Howe"  # half an hour forward and back
DAY_US = 86_400_000_000
DIMENSIONS = {"call": ["channel"], "email_sent": ["channel", "campaign"], "meeting_held": ["channel"],
              "email_replied": ["campaign"], "content_shared": ["content"]}  # fmt: skip
SPANS = {
    "asked": {"from": "crm.inquiry.received", "to": "crm.inquiry.answered", "entity": "conversation"},
    "again": {"from": "crm.order.placed", "to": "crm.call.logged", "entity": "account", "start": "latest"},
}
OF_SPANS = ["campaign", "channel", "product", "segment"]
WORDS = {"rep": REPS, "channel": CHANNELS[1:], "campaign": CAMPAIGNS[1:], "product": PRODUCTS[1:],
         "segment": SEGMENTS[1:], "content": CONTENTS}  # fmt: skip


def condition(rng: random.Random, kind: str, depth: int = 0) -> dict[str, Any]:
    """Return what fields of the event that completes such a fact must be."""
    word = rng.choice(("any", "all", "not") if depth < 2 and rng.random() < 0.4 else ("field",))
    if word == "not":
        return {"not": condition(rng, kind, depth + 1)}
    if word != "field":
        return {word: [condition(rng, kind, depth + 1) for _ in range(rng.randint(1, 3))]}
    if kind in ("call", "again") and rng.random() < 0.4:
        low, high = sorted((rng.choice((0, 59.5, 600)), rng.choice((59.5, 600, 3600))))
        limits = ({"at_least": low, "below": high}, {"above": low}, {"at_most": high}, {"present": True})
        return rng.choice(({"duration_s": rng.choice(limits)}, {"value_added": rng.random() < 0.5}))
    names = [name for name in WORDS if name != "content" or kind == "content_shared"]
    name = rng.choice(names)
    some = rng.sample(list(WORDS[name]), 2)
    return {name: rng.choice((some, some[0], {"present": rng.random() < 0.5}))}


def catalog(seed: int) -> dict[str, Any]:
    """Return a catalog of sixteen KPIs."""
    rng = random.Random(seed)
    kpis: dict[str, Any] = {}
    for number in range(16):
        kind = rng.choice([*EVENT_FACTS, *SPANS, *SPANS])
        body: dict[str, Any] = {"of": [kind]}
        where = condition(rng, kind) if rng.random() < 0.7 else None
        timed = ("sum", "mean", "limit") if kind in SPANS else ("sum", "mean") if kind == "call" else ()
        formula = rng.choice(("count", "distinct", "share", *timed))
        if formula == "distinct":
            body = {"accounts": [kind]}
        if formula in ("share", "limit"):
            body |= {"among": where} if where else {}
            body |= {"where": condition(rng, kind)} if formula == "share" else {"at_most_s": 86_400}
        elif where:
            body["where"] = where
        if formula in timed and kind in SPANS:
            body["business"] = rng.random() < 0.5
        if formula not in ("count", "distinct"):
            body["of"] = kind
        dims = DIMENSIONS.get(kind, OF_SPANS)
        kpis[f"k{number}"] = {
            "label": "K", "unit": "number", "share" if formula == "limit" else formula: body,
            "by": [dims[0], [*dims[-1:], "team"]],
        }  # fmt: skip
    kpis["converted"] = {
        "label": "C", "unit": "ratio", "by": ["channel"],
        "conversion": {"base": "crm.lead.created", "reached": "crm.order.placed", "entity": "account",
                       "within": "72h"},
    }  # fmt: skip
    return {
        "catalog": "own", "pipelines": {"sales": {"stages": ["new"]}}, "rolling": ["rolling_36h"],
        "calendar": {"timezone": ZONE, "week_start": "sunday"}, "spans": SPANS, "kpis": kpis,
    }  # fmt: skip


def wrong(
    records: Sequence[Mapping[str, Any]], own: Mapping[str, Any], events: Sequence[Any], as_of_us: int
) -> list[str]:
    """Return in words where records say something else of the time that they are about, and which there are not."""
    zone = ZoneInfo(ZONE)
    facts = facts_of(events, own, as_of_us)
    found, ever = [], set()
    for record in records:
        start_us, end_us = (record[name] and instant(record[name]) for name in ("start", "end"))
        there = {
            kind: [one for one in every if end_us is None or start_us <= one.t_us < end_us]
            for kind, every in facts.items()
        }
        group = tuple(sorted(record["dims"].items()))
        value, n, _ = value_of(record["kpi"], own, there, group, zone)
        said = record["value"]
        same = said is value if None in (said, value) else math.isclose(said, float(value), rel_tol=1e-9)
        if record["n"] != n or not same:
            found.append(f"{record['kpi']} {record['window']} {record['period']} {group}: {said} for {value}")
        if record["window"] == "all_time":
            ever.add((record["kpi"], group))
    for name, kpi in own["kpis"].items():
        for names in (
            (),
            ("team",),
            ("rep",),
            *((one,) if isinstance(one, str) else one for one in kpi["by"]),
        ):
            every = (fact for of_kind in facts.values() for fact in of_kind)
            values = {tuple({**one.given, "team": one.team}.get(dim) for dim in names) for one in every}
            keys = [tuple(sorted(zip(names, one, strict=True))) for one in values if None not in one]
            found += [
                f"{name} {group}: no record"
                for group in keys
                if (name, group) not in ever and value_of(name, own, facts, group, zone)[2]
            ]
    return found


def told(seed: int, n: int) -> tuple[list[list[dict[str, Any]]], int]:
    """Return chunks of a history of twelve weeks in which clocks change, and when its last event was."""
    history = random_history(seed, n, start="2026-02-20T00:00:00", accounts=12, days=84)
    return random_arrivals(seed, history, chunk=20), max(times_us(history))


@pytest.mark.parametrize("seed", range(4))
def test_replay(seed: int) -> None:
    """Late events, copies and copies that say something else; all periods."""
    own, (chunks, last_us) = catalog(seed), told(seed, 400)
    plan = Plan(load_catalog(json.dumps(own), "own.yaml"))
    events = [event for chunk in chunks for event in chunk]

    records = replayed(plan, events, last_us, "all")

    assert [] == wrong(records, own, events, last_us)[:10]
    assert 2_000 < len(records)


def test_over_restarts() -> None:
    """Over partitions, chunks and crashes the topic says the same of periods and of all time."""
    own, (chunks, last_us) = catalog(4), told(4, 400)
    plan = Plan(load_catalog(json.dumps(own), "own.yaml"))
    events = [event for chunk in chunks for event in chunk]

    cluster = run(plan, chunks, random.Random(4), 3, last_us, last_us - 5 * DAY_US)

    records = [one for one in cluster.kpis.values() if not one["window"].startswith("rolling")]
    assert [] == cluster.problems
    assert [] == wrong(records, own, events, last_us)[:10]
