"""The words of alerts."""

from typing import get_type_hints

import msgspec

from schemas.alert import CLOSED, STATES, Alert, AlertState, Reason, alert_id, only_closed
from tests.processors.messages.told import group, resolved

CONTRACT_FIELDS = {
    "id", "rule", "severity", "state", "reason", "kpi", "window", "dims", "value", "threshold", "target", "n",
    "starts_at", "updated_at", "ends_at", "summary", "revision",
}  # fmt: skip


def test_the_record_has_the_contract_s_fields() -> None:
    """What readers were promised is there; more may be."""
    assert set(get_type_hints(Alert)) >= CONTRACT_FIELDS


def test_every_word_is_explained() -> None:
    """Each state and reason has a sentence, and each reason the states it leads to."""
    assert set(STATES) == set(AlertState)
    assert all(reason.states and reason.meaning.endswith(".") for reason in Reason)


def test_what_is_closed_is_not_well_again() -> None:
    """One that recovered is enough for good news; what others are told of now is none."""
    well, ended = resolved().alerts, resolved(Reason.PERIOD_OVER).alerts

    assert all(AlertState.RESOLVED in reason.states for reason in CLOSED)
    assert only_closed(ended + group().alerts)
    assert not only_closed(well + ended)


def test_the_id_is_stable() -> None:
    """The id depends on rule and KPI key alone, and is the same in every version."""
    assert alert_id("slow-response", "response_time_p90|rolling_24h|team=north") == "a47543c5d79a7499"
    assert len({alert_id("a", "b"), alert_id("a", "c"), alert_id("b", "b")}) == 3


def test_json() -> None:
    """A record goes into JSON and back; states and reasons are their words."""
    alert = Alert(
        id="1",
        rule="r",
        severity="info",
        state=AlertState.NO_DATA,
        reason=Reason.NO_VALUE,
        kpi="k",
        window="now",
        period=None,
        dims={"team": None},
        value=None,
        threshold=1.5,
        target=None,
        n=0,
        unit="count",
        starts_at="a",
        updated_at="b",
        ends_at=None,
        summary="s",
        revision=7,
    )
    text = msgspec.json.encode(alert)

    assert b'"state":"no_data","reason":"no_value"' in text
    assert msgspec.json.decode(text, type=Alert) == alert
