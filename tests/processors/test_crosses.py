"""Dimensions together, as a catalog asks for them: with team or rep, in any order, of every kind of formula."""

import random
from collections import defaultdict
from typing import Any

import pytest

from processors.compile import Plan
from schemas.catalog import load_catalog
from tests.exactness.cluster import Cluster
from tests.exactness.test_restarts_equal_oracle import run
from tests.oracle.moments import instant
from tests.oracle.telling import Event, event

PLAN = Plan(
    load_catalog(
        "catalog: own\nextends: standard\nkpis:\n"
        "  made: {label: M, unit: count, count: call, by: [[team, channel], [rep, channel], [channel, rep, team]]}\n"
        "  bought: {label: B, unit: count, distinct: {accounts: order_placed}, by: [[team, product], [segment, product]]}\n"
        "  each: {label: E, unit: number, ratio: {numerator: ordered, denominator: bought}, by: [[product, team]]}\n"
        "  ordered: {label: O, unit: count, private: true, count: order_placed}\n"
        "  only: {label: O, unit: count, count: call, by: [channel], only_by: true, levels: [team, rep]}\n"
        "  named: {label: N, unit: count, count: call, by: [[team, channel]], only_by: true, levels: [team]}\n"
        "  took: {label: T, unit: seconds, mean: response, by: [[team, channel]]}\n",
        "own.yaml",
    )
)
END_US = instant("2026-03-04T13:00:00Z")


def random_events(rng: random.Random) -> list[Event]:
    """Return calls and orders with few names, some of them not said."""
    events = []
    for n in range(40):
        said: dict[str, Any] = {
            "account": rng.choice("abc"), "rep": rng.choice(("ann", "bob", None)), "team": rng.choice(("north", "south")),
            "channel": rng.choice(("web", "a=b,c|d%", None)), "product": rng.choice(("ale", "beer", None)),
            "segment": rng.choice(("smb", None)),
        }  # fmt: skip
        kind = rng.choice(("call.logged", "order.placed"))
        more = {"order": f"{n}", "amount": 1} if kind == "order.placed" else {"direction": "outbound"}
        events.append(event(kind, f"{rng.randrange(6, 12):02}:{rng.randrange(60):02}", **said, **more))
    return events


def counted(events: list[Event], kind: str, *names: str) -> dict[tuple[str, ...], list[str]]:
    """Return the accounts of events of a type by what they say of these fields, where they say all of them."""
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in events:
        values = tuple(one["data"][name] for name in names)
        if one["type"] == kind and None not in values:
            found[values].append(one["data"]["account"])
    return found


def shown(cluster: Cluster, kpi: str, *names: str) -> dict[tuple[str, ...], Any]:
    """Return the values of all time of a KPI in the groups of these dimensions."""
    return {
        tuple(record["dims"][name] for name in names): record["value"]
        for record in cluster.kpis.values()
        if (record["kpi"], record["window"], set(record["dims"])) == (kpi, "all_time", set(names))
    }


@pytest.mark.parametrize("seed", range(25))
def test_each_cross_is_what_its_events_say(seed: int) -> None:
    """Counts, distinct accounts and ratios, over two partitions and crashes; a fact counts where it says all."""
    rng = random.Random(seed)
    events = random_events(rng)
    chunks = [events[start : start + 7] for start in range(0, len(events), 7)]
    cluster = run(PLAN, chunks, rng, 2, END_US, END_US - 3_600_000_000)
    calls, orders = "crm.call.logged", "crm.order.placed"

    for kpi, names in (
        ("made", ("team", "channel")),
        ("made", ("rep", "channel")),
        ("made", ("team", "channel", "rep")),
        ("only", ("team", "channel")),
        ("only", ("rep", "channel")),
        ("named", ("team", "channel")),
    ):
        wanted = {values: len(found) for values, found in counted(events, calls, *names).items()}
        assert wanted == shown(cluster, kpi, *names)
    for names in (("team", "product"), ("segment", "product")):
        wanted = {values: len({*found}) for values, found in counted(events, orders, *names).items()}
        assert wanted == shown(cluster, "bought", *names)
    by_team = counted(events, orders, "team", "product").items()
    assert {values: len(found) / len({*found}) for values, found in by_team} == shown(
        cluster, "each", "team", "product"
    )
    assert {} == shown(cluster, "only") == shown(cluster, "only", "channel")


def test_keys_are_in_alphabetical_order() -> None:
    """However the catalog writes a cross; values are escaped, and the record says them as they are."""
    cluster = Cluster(PLAN, 1)
    said = {"conversation": "c", "channel": "a=b", "team": "north"}
    cluster.publish(
        [event("inquiry.received", "10:00", **said), event("inquiry.answered", "10:01", **said)], END_US
    )
    cluster.drain(END_US)

    record = cluster.kpis[b"took|day:2026-03-04|channel=a%3Db,team=north"]
    assert ({"channel": "a=b", "team": "north"}, 60) == (record["dims"], record["value"])
    assert ["channel", "team"] == list(record["dims"])
