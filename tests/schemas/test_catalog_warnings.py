"""Definitions that nothing uses are told, and are no mistakes."""

import pytest

from schemas.catalog import check_catalog

HEAD = "catalog: own\nextends: standard\n"
SPAN = "spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"


def warnings(text: str) -> list[str]:
    """Return what is said of a good catalog."""
    return [str(fault) for fault in check_catalog(HEAD + text, "own.yaml").warnings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SPAN, ["own.yaml:3: spans.demo: no KPI uses this span"]),
        (SPAN + "kpis: {x: {label: X, unit: seconds, mean: demo}}\n", []),
        (SPAN + "kpis: {x: {label: X, unit: seconds, mean: demo, private: true}}\n",
         ["own.yaml:3: spans.demo: no KPI uses this span", "own.yaml:4: kpis.x: private, and no other KPI uses it"]),
        ("kpis:\n  x: {label: X, unit: count, count: call, private: true}\n  y: {label: Y, unit: number, expression: x * 2, n: x}\n", []),
        ("kpis:\n  promoters: {private: true, windows: [day]}\n",
         ["own.yaml:4: kpis.promoters.windows: means nothing here: a private KPI is kept where those it is a part of are"]),
        ("rates: {EUR: 1}\n", ["own.yaml:3: rates.EUR: the catalog's own currency needs no rate"]),
        ("rates: {USD: 0.9}\n", []),
        ("pipelines: {sales: {stages: [a, b]}}\nkpis: {stage_conversion: null}\n",
         ["own.yaml:3: pipelines.sales: no KPI is about the stages of a pipeline"]),
        ("kpis: {nps: null}\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_unused(text: str, expected: list[str]) -> None:
    """Spans, private parts, rates, pipelines of the file itself; not those of the standard catalog below it."""
    assert expected == warnings(text)


def test_a_window_that_no_kpi_is_kept_in() -> None:
    """A rolling window that neither a KPI nor an expression has."""
    text = (
        "catalog: own\npipelines: {}\nrolling: [rolling_24h, rolling_7d, rolling_30d]\nprometheus: {windows: [day]}\nkpis:\n"
        "  calls: {label: C, unit: count, count: call, windows: [day, rolling_24h]}\n"
        "  more: {label: M, unit: number, expression: calls@rolling_7d, n: calls, windows: [day]}\n"
    )
    (found,) = check_catalog(text, "own.yaml").warnings
    assert "own.yaml:3: rolling[2]: no KPI is kept in this window" == str(found)
