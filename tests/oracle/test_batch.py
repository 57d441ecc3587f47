"""What must hold of the oracle whatever the history."""

import ast
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.oracle.histories import PIPELINE, BusinessCalendar, arrivals, calendars, histories, times_us
from tests.oracle.moments import instant
from tests.oracle.spans import rfc3339
from tests.oracle.telling import event

few = settings(max_examples=25, deadline=None)


@few
@given(st.data())
def test_arrival_order_and_faithful_copies_do_not_matter(data: st.DataObject) -> None:
    """However a history arrives, with copies that say the same, its KPIs are the same."""
    history = data.draw(histories())
    arrived = [e for chunk in data.draw(arrivals(history, altered_copies=False)) for e in chunk]
    as_of_us = max(times_us(history))

    counted = [
        oracle.kpis(events, as_of_us=as_of_us, pipeline=PIPELINE, periods="all")
        for events in (history, arrived)
    ]
    assert counted[0] == counted[1]


@few
@given(histories())
def test_teams_add_up_to_the_company(history: list[dict[str, object]]) -> None:
    """Every fact has a team: the teams' counts and samples add up to the company's, in every window.

    But for what counts distinct accounts, growth (a team's loss may be the company's gain), what has no teams.
    """
    counted = oracle.kpis(history, as_of_us=max(times_us(history)), pipeline=PIPELINE, periods="all")

    not_sums = {
        "recontactable_customers", "response_time_per_customer", "active_customers", "purchase_frequency",
        "arpu", "margin_per_customer", "ltv", "registrations", "activations", "cancellations", "activation_rate",
        "sales_growth", "quota_attainment", "customer_lifetime_years", "clv", "price_index",
        "campaign_cost", "cost_per_lead", "campaign_return",
    }  # fmt: skip
    additive = {key: told for key, told in counted.items() if key[0] not in not_sums}
    totals: dict[tuple[str, str, str | None], int] = {}
    for (kpi, window, period, dims), told in additive.items():
        if [name for name, _ in dims] == ["team"]:
            totals[kpi, window, period] = totals.get((kpi, window, period), 0) + told.n
    companies = {key[:3]: told.n for key, told in additive.items() if not key[3]}
    assert totals == companies


@few
@given(st.data())
def test_running_periods_are_among_all(data: st.DataObject) -> None:
    """What runs says the same whether past periods are asked for or not, and nothing else is left out."""
    calendar = data.draw(calendars())
    history = data.draw(histories(calendar))
    asked = {"as_of_us": max(times_us(history)), "pipeline": PIPELINE, **calendar._asdict()}
    running = oracle.kpis(history, periods="running", **asked)
    everything = oracle.kpis(history, periods="all", **asked)

    def runs(key: oracle.Key) -> bool:
        span = everything.calendar.span(key[1], key[2])
        return span is None or span[0] <= asked["as_of_us"] < span[1]

    assert running == {key: told for key, told in everything.items() if runs(key)}


@few
@given(
    st.integers(instant("2020-01-01"), instant("2030-01-01")),
    st.sampled_from(
        ("Europe/Amsterdam", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
    ),
    st.integers(1, 12),
)
def test_sql_and_calendar_agree_on_periods(t_us: int, timezone: str, fiscal_year_start_month: int) -> None:
    """The label that SQL gives a moment means a span that holds the moment, in all ten windows."""
    call = event("call.logged", rfc3339(t_us))
    calendar = BusinessCalendar(timezone, fiscal_year_start_month)
    counted = oracle.kpis([call], as_of_us=t_us, pipeline=PIPELINE, periods="all", **calendar._asdict())

    companies = [key for key in counted if key[0] == "calls" and not key[3]]
    assert len(companies) == 10
    for _, window, period, _ in companies:
        span = counted.calendar.span(window, period)
        assert span is None or span[0] <= t_us < span[1], (window, period)


def test_the_oracle_imports_nothing_of_the_engine() -> None:
    """A mistake must not be able to hide in code that both sides use."""
    imported = {
        name.split(".")[0]
        for file in Path(__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported.isdisjoint({"processors", "schemas", "streams"})
