"""A catalog of what rules watch says the same of that as the whole one."""

import orjson
import pytest

from processors.compile import Plan
from processors.replay import Replay
from processors.virtual_time.example_story import Story, stories
from processors.virtual_time.watched_catalog import watched_catalog
from schemas.catalog import Catalog, load_catalog
from schemas.events.directory import RepUpdated
from schemas.example import standard_examples
from schemas.rule import Rule

CATALOG = load_catalog()
PLAN = Plan(CATALOG)
TOLD = [
    pytest.param(story, example.kpis, id=example.name)
    for read in standard_examples()
    for story, example in zip(stories(read, PLAN.calendar.zone), read.content.examples, strict=True)
    if example.kpis
]


def records(plan: Plan, story: Story, watched: set[tuple[str, str]]) -> dict[bytes, object]:
    """Return the records of what is watched, of all periods, at the story's end."""
    replay = Replay(
        plan, arrival_us=story.last_us, dedup_horizon_us=7 * 86_400_000_000, as_of_us=story.last_us
    )
    for one in story.arrivals:
        if one.kind == RepUpdated.TYPE:
            replay.learn(one.value)
    for one in story.arrivals:
        replay.take(one.value)
    found: dict[bytes, object] = {}
    for record in replay.records("all"):
        kpi, window, _ = record.key.decode().split("|")
        if (kpi, window.partition(":")[0]) in watched:
            # The catalog's fingerprint is another one.
            found[record.key] = record.body and orjson.loads(record.body) | {"catalog": ""}
    return found


def rules_about(catalog: Catalog, kpis: frozenset[str]) -> list[Rule]:
    """Return a rule for every other window of each of the KPIs, and for the month."""
    return [
        Rule.model_validate({"kpi": kpi, "window": window, "above": 1})
        for kpi in kpis
        for at, window in enumerate(sorted(catalog.known[kpi]))
        if at % 2 == 0 or window == "month"
    ]


@pytest.mark.parametrize(("story", "kpis"), TOLD)
def test_what_is_watched_is_the_same(story: Story, kpis: frozenset[str]) -> None:
    """Values, targets, ranks, baselines, team values: of every KPI that the standard examples show."""
    rules = rules_about(CATALOG, kpis)
    watched = {(rule.kpi, rule.window) for rule in rules}

    found = records(Plan(watched_catalog(CATALOG, rules), whole=PLAN), story, watched)

    assert found
    assert found == records(PLAN, story, watched)


def test_little_else_is_published() -> None:
    """The rest is a part of something, or of the company in one window."""
    rules = [Rule.model_validate({"kpi": "win_rate", "window": "month", "above": 1})]

    narrow = watched_catalog(CATALOG, rules)

    known = narrow.known
    assert known.pop("win_rate") == {"month"}
    assert {len(windows) for windows in known.values()} == {1}
    assert {(*narrow.kpis[name].levels, *narrow.kpis[name].by) for name in known} == {("company",)}
