"""How much a catalog gives to keep, from its KPIs alone."""

from schemas.catalog import load_catalog
from schemas.catalogs.size import size_lines, size_of

OWN = load_catalog(
    "catalog: own\npipelines: {}\nrolling: [rolling_24h]\nprometheus: {windows: [day]}\nkpis:\n"
    "  a: {label: A, unit: count, count: call, windows: [rolling_24h, day], by: [channel], max_values: 50}\n"
    "  b: {label: B, unit: count, count: call, windows: [day], levels: [company, rep]}\n"
    "  c: {label: C, unit: number, expression: d * 2, n: d, levels: [], by: [[channel, team]], windows: [day, all_time]}\n"
    "  d: {label: D, unit: count, count: email_sent, private: true}\n",
    "own.yaml",
)


def test_by_hand() -> None:
    """A record a KPI and window in each group that it is kept in; parts have none."""
    size = size_of(OWN)

    assert {(): 3, ("team",): 2, ("rep",): 3, ("channel",): 2, ("channel", "team"): 2} == {
        signature: counts.total() for signature, counts in size.of_group.items()
    }
    assert {"rolling_24h": 1, "day": 2} == size.of_group[("rep",)]
    assert 50 == size.max_values[("channel",)]
    assert 3 + 2 * 2 + 10 * 3 == size.total(reps=10, teams=2)
    assert 220 * (2 + 2 * 1 + 10 * 2) == size.over_in_a_year(reps=10, teams=2)


def test_in_words() -> None:
    """How it is estimated, what a rep costs, and an example."""
    text = "\n".join(size_lines(OWN, reps=10, teams=2))

    assert "the company 3, each team 2, each rep 3, each channel 2, each channel × team 2" in text
    assert "of a rep by window: rolling_24h 1, day 2" in text
    assert "10 reps in 2 teams have 37 KPI records" in text
    assert "of periods that are over they have up to 5,280 more each year, kept for 800 days" in text
