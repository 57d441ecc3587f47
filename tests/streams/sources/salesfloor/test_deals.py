"""Deals through the pipeline."""

from collections import Counter
from itertools import pairwise

from streams.sources.salesfloor.plan import STAGES
from tests.streams.sources.salesfloor.listening import DAY_US, MONDAY_US, Said, by, three_weeks, what

DECISIONS = {"won", "lost", "canceled"}


def stages(events: list[Said]) -> list[str]:
    return [
        event.get("stage") or event["to_stage"]
        for event in events
        if what(event) in ("created", "stage_changed")
    ]


def test_a_deal_begins_once_and_is_decided_at_its_end() -> None:
    """After a decision nothing happens but a reopening."""
    for events in by("deal", "deal.").values():
        kinds = [what(event) for event in events]
        assert kinds.index("created") == 0
        assert kinds.count("created") == 1
        for before, after in pairwise(kinds):
            assert (before in DECISIONS) == (after == "reopened")


def test_deals_go_forward_mostly() -> None:
    """Stage by stage, sometimes over one, now and then one back; a stated origin is the true one."""
    steps: Counter[int] = Counter()
    for events in by("deal", "deal.").values():
        entered = [STAGES.index(stage) for stage in stages(events)]
        steps.update(after - before for before, after in pairwise(entered))
        changes = [event for event in events if what(event) == "stage_changed"]
        for before, change in zip(entered, changes, strict=False):
            assert change.get("from_stage") in (None, STAGES[before])

    assert set(steps) == {-1, 1, 2}
    assert steps[1] > 5 * (steps[2] + steps[-1])


def test_some_deals_are_won_and_more_are_not() -> None:
    """Between a sixth and a half of those decided; a few are called off, a few come back."""
    kinds = Counter(what(event) for events in by("deal", "deal.").values() for event in events)
    decided = sum(kinds[kind] for kind in DECISIONS)

    assert 1 / 6 < kinds["won"] / decided < 1 / 2
    assert kinds["lost"] > kinds["canceled"] > 0
    assert 0 < kinds["reopened"] < 0.1 * decided


def test_the_number_of_open_deals_settles() -> None:
    """In the third week about as many are open as at the end of the second."""

    def open_at(t_us: int) -> int:
        lives = by("deal", "deal.").values()
        last = [[event for event in events if event["t_us"] <= t_us] for events in lives]
        return sum(bool(events) and what(events[-1]) not in DECISIONS for events in last)

    assert 0.6 < open_at(MONDAY_US + 21 * DAY_US) / open_at(MONDAY_US + 14 * DAY_US) < 1.6


def test_amounts_are_plausible() -> None:
    """Cents at most, small deals many, large ones few."""
    amounts = sorted(e["amount"] for e in three_weeks() if e["type"] == "crm.deal.created" and "amount" in e)

    assert all(round(amount, 2) == amount > 0 for amount in amounts)
    assert sum(amounts) / len(amounts) > 1.4 * amounts[len(amounts) // 2]
