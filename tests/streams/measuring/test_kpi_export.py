"""Which KPI values become series, and what happens at the cap."""

from datetime import UTC, datetime
from typing import Any

import orjson

from processors.partition import Send
from schemas.catalog import Export, load_catalog
from schemas.catalogs.exported import Exported, exported
from streams.measuring.kpi_export import WAITING_MAX, KpiExport
from streams.measuring.kpi_sample import KpiSample
from tests.streams.cli.records import kpi_record

TOPIC = "crm.kpis"
NOON_US = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()) * 1_000_000


STANDARD = exported(load_catalog())


def chosen(choice: Export) -> Exported:
    """Return what the standard catalog exports with another choice."""
    return exported(load_catalog().model_copy(update={"prometheus": choice}))


def sends(*records: tuple[str, dict[str, Any] | None]) -> list[Send]:
    """Return KPI records as roll-up publishes them."""
    return [
        Send(TOPIC, None, key.encode(), None if record is None else orjson.dumps(record))
        for key, record in records
    ]


def of_day(value: float, day: int, **dims: str | None) -> tuple[str, dict[str, Any]]:
    """Return a record of calls on a day of November 2026."""
    key, record = kpi_record("calls", value, "day", f"2026-11-{day}", **dims)
    return key, record | {"end": f"2026-11-{day + 1}T00:00:00Z"}


def made_on(day: int, *records: tuple[str, dict[str, Any]]) -> list[Send]:
    """Return records as roll-up publishes them at noon of a day of November 2026."""
    return sends(*[(key, record | {"as_of": f"2026-11-{day}T12:00:00Z"}) for key, record in records])


def test_company_team_and_rep_have_series() -> None:
    """The labels are team and rep; dimensions that nobody chose stay in Kafka."""
    export = KpiExport(chosen(Export(dimensions=())), TOPIC)
    export.take(0, sends(
        kpi_record("calls", 9), kpi_record("calls", 5, team="north, east"), kpi_record("calls", 2, rep="ann"),
        kpi_record("calls", 1, channel="phone"), kpi_record("calls", 1, team="north", channel="phone"),
    ))  # fmt: skip

    assert list(export.samples(NOON_US)) == [
        KpiSample("calls", "rolling_24h", "", "", 9, 10),
        KpiSample("calls", "rolling_24h", "north, east", "", 5, 10),
        KpiSample("calls", "rolling_24h", "", "ann", 2, 10),
    ]


def test_only_what_the_catalog_chooses_is_exported() -> None:
    """KPIs, windows and levels are the catalog's choice."""
    choice = Export(kpis=("calls",), windows=("rolling_24h",), levels=("team",))
    export = KpiExport(chosen(choice), TOPIC)
    export.take(0, sends(
        kpi_record("calls", 9), kpi_record("calls", 5, team="north"),
        kpi_record("win_rate", 0.5, team="north"), kpi_record("calls", 7, "rolling_7d", team="north"),
    ))  # fmt: skip

    assert [sample.value for sample in export.samples(NOON_US)] == [5]


def test_only_the_running_period_is_a_series() -> None:
    """A late correction of yesterday does not overwrite today, and today ends with the day."""
    export = KpiExport(STANDARD, TOPIC)
    export.take(0, sends(of_day(3, 21), of_day(8, 20)))
    assert [sample.value for sample in export.samples(NOON_US)] == [3]

    tomorrow_us = NOON_US + 86_400_000_000

    assert list(export.samples(tomorrow_us)) == []


def test_a_value_of_null_keeps_its_sample_size() -> None:
    """A ratio over nothing is a sample without value and with n 0."""
    export = KpiExport(STANDARD, TOPIC)
    export.take(0, sends(kpi_record("win_rate", None)))

    assert list(export.samples(NOON_US)) == [KpiSample("win_rate", "rolling_24h", "", "", None, 0)]


def test_tombstones_and_lost_partitions_take_their_series_along() -> None:
    """What no longer exists, or another worker has now, is not shown as if it stood still."""
    export = KpiExport(STANDARD, TOPIC)
    export.take(0, sends(kpi_record("calls", 1, team="a"), kpi_record("calls", 2, team="b"), of_day(4, 21)))
    export.take(1, sends(kpi_record("calls", 3, team="c")))

    export.take(0, sends((kpi_record("calls", 0, team="a")[0], None)))
    export.take(0, sends((of_day(0, 20)[0], None)))
    export.drop(1)
    export.drop(7)

    assert [sample.value for sample in export.samples(NOON_US)] == [4, 2]
    assert export.sizes(NOON_US) == {"company": 1, "team": 1, "rep": 0, "dimension": 0}


def test_at_the_cap_updates_are_cut_and_counted() -> None:
    """The number of series stays at the cap; every update that is not exported is counted."""
    export = KpiExport(STANDARD, TOPIC, series_max=2)
    export.take(0, sends(*[kpi_record("calls", number, rep=f"rep-{number}") for number in range(5)]))
    export.take(0, sends(kpi_record("calls", 50, rep="rep-1")))

    assert [sample.value for sample in export.samples(NOON_US)] == [0, 50]
    assert export.cut["rep"] == 3


def test_at_the_cap_reps_give_way_to_teams_and_the_company() -> None:
    """What comes late but matters more is exported; a team never pushes out the company."""
    export = KpiExport(STANDARD, TOPIC, series_max=2)
    export.take(0, sends(kpi_record("calls", 1, rep="ann"), kpi_record("calls", 2, rep="bob")))
    export.take(0, sends(kpi_record("calls", 10), kpi_record("calls", 5, team="north")))
    export.take(0, sends(kpi_record("emails_sent", 20), kpi_record("emails_sent", 6, team="north")))

    assert [sample.value for sample in export.samples(NOON_US)] == [10, 20]
    assert export.cut == {"company": 0, "team": 2, "rep": 2, "dimension": 0}


def test_what_has_ended_takes_no_room() -> None:
    """Reps who had calls on one day only never fill the cap, though their days' tombstones are years away."""
    export = KpiExport(STANDARD, TOPIC, series_max=2, dimension_series_max=1)
    for day in range(10, 22):
        export.take(0, made_on(day, of_day(day, day, rep=f"rep-{day}"), of_day(1, day, channel=f"c{day}")))

    assert [(one.rep, one.item, one.value) for one in export.samples(NOON_US)] == [
        ("rep-21", "", 21),
        ("", "c21", 1),
    ]
    assert export.cut == {"company": 0, "team": 0, "rep": 0, "dimension": 0}


def test_a_correction_of_what_has_ended_takes_no_room() -> None:
    """Of a rep without calls today, yesterday's are neither shown nor held."""
    export = KpiExport(STANDARD, TOPIC, series_max=1)
    export.take(0, made_on(21, of_day(3, 20, rep="ann"), of_day(4, 21, rep="bob")))

    assert [sample.rep for sample in export.samples(NOON_US)] == ["bob"]
    assert export.cut["rep"] == 0


def test_what_has_ended_is_not_counted() -> None:
    """The number of series is that of those shown, also where nothing was published since the day ended."""
    export = KpiExport(STANDARD, TOPIC)
    export.take(0, made_on(21, of_day(3, 21, rep="ann"), kpi_record("calls", 5, rep="ann")))
    tomorrow_us = NOON_US + 86_400_000_000

    assert [export.sizes(at_us)["rep"] for at_us in (NOON_US, tomorrow_us)] == [2, 1]


def test_other_topics_are_ignored() -> None:
    """Roll-up publishes each record to the history too, which is not counted twice."""
    export = KpiExport(STANDARD, TOPIC)
    export.take(0, [Send("crm.kpis.history", None, b"calls|rolling_24h|", b"{}")])

    assert list(export.samples(NOON_US)) == []


def test_chosen_dimensions_have_series_with_the_team_where_both_stand_together() -> None:
    """A stage of null is a dash; crosses with a rep, and dimensions that nobody chose, have none."""
    export = KpiExport(STANDARD, TOPIC)
    pair = {"from_stage": "a", "to_stage": "b"}
    export.take(0, sends(
        kpi_record("open_deals", 4, "now", stage="proposal, late"), kpi_record("won_revenue", 9, region="west"),
        kpi_record("stage_conversion", 0.5, **pair), kpi_record("stage_conversion", 0.4, **pair, team="north"),
        kpi_record("stage_conversion", 0.3, **pair, rep="ann"),
        kpi_record("stage_transitions", 3, from_stage=None, to_stage="a"),
    ))  # fmt: skip

    samples = list(export.samples(NOON_US))

    assert [(one.dimension, one.item, one.team, one.value) for one in samples] == [
        ("stage", "proposal, late", "", 4),
        ("from_stage,to_stage", "a → b", "", 0.5),
        ("from_stage,to_stage", "a → b", "north", 0.4),
        ("from_stage,to_stage", "– → a", "", 3),
    ]
    assert export.sizes(NOON_US)["dimension"] == 4


def test_series_by_dimension_have_a_cap_of_their_own() -> None:
    """A flood of new campaigns pushes nobody out, and is counted."""
    export = KpiExport(STANDARD, TOPIC, dimension_series_max=2)
    export.take(0, sends(*[kpi_record("replies", number, campaign=f"c{number}") for number in range(5)]))
    export.take(0, sends(kpi_record("replies", 10), kpi_record("replies", 7, campaign="c1")))

    assert [sample.value for sample in export.samples(NOON_US)] == [10, 0, 7]
    assert export.cut["dimension"] == 3


def test_targets_come_along() -> None:
    """A record with a target says what is to be reached, and what of it by now."""
    key, record = of_day(8, 21, team="north")
    export = KpiExport(STANDARD, TOPIC)
    export.take(0, sends((key, record | {"target": 20, "expected": 10.5})))

    (sample,) = export.samples(NOON_US)
    assert (sample.target, sample.expected) == (20, 10.5)


def test_between_two_scrapes_a_key_is_sorted_once() -> None:
    """And what was cut counts once, however often it was published; where nobody asks, not all is kept for ever."""
    export = KpiExport(STANDARD, TOPIC, series_max=1)
    for value in range(100):
        export.take(0, sends(kpi_record("calls", value), kpi_record("calls", value, rep="ann")))

    assert [99] == [sample.value for sample in export.samples(NOON_US)]
    assert 1 == export.cut["rep"]
    export.take(0, sends(*[kpi_record("calls", 1, rep=f"rep-{n}") for n in range(WAITING_MAX)]))
    assert 1 == export.cut["rep"]
    export.take(0, sends(kpi_record("calls", 1, rep="one more")))
    assert WAITING_MAX + 2 == export.cut["rep"]


def test_what_is_not_shown_does_not_wait_to_be_sorted() -> None:
    """They are most of what is published: what is shown would be sorted for them all the time."""
    export = KpiExport(STANDARD, TOPIC, series_max=1)
    export.take(0, sends(kpi_record("calls", 1), kpi_record("calls", 1, rep="ann")))
    export.take(0, sends(*[kpi_record("calls", 1, "rolling_7d", rep=f"rep-{n}") for n in range(WAITING_MAX)]))

    assert 0 == export.cut["rep"]
    assert 1 == sum(export.sizes(NOON_US).values())
    assert 1 == export.cut["rep"]


def test_what_waits_of_a_lost_partition_is_no_series() -> None:
    """It was never sorted."""
    export = KpiExport(STANDARD, TOPIC)
    export.take(0, sends(kpi_record("calls", 1)))
    export.take(1, sends(kpi_record("emails_sent", 2)))
    export.drop(0)

    assert ["emails_sent"] == [sample.kpi for sample in export.samples(NOON_US)]
