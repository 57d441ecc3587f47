"""A prediction's records: keys, fields, the cap, and what is no more."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from processors.predicting.prediction import Holdout, Prediction
from processors.predicting.purchases import State
from processors.predicting.records import Said, Told, is_of, say
from schemas.catalog import load_catalog
from schemas.generators.record_schema import record_schemas
from schemas.kpi import partition_of
from tests.oracle.moments import instant
from tests.processors.predicting.test_purchases import order, taken

KPI = load_catalog().kpis["clv_predicted"]
TOLD = Told("kpis", "history", 4, "crm-standard@0000")
NOW_US = instant("2026-03-31T00:00:05Z")
STATES = [State("a1", 1, 3, 9, 10.0), State("a2", 4, 8, 9, 20.0), State("b|1", 0, 0, 9, 0.0)]
GOOD = Prediction(
    "2026-03-31", STATES, [10.0, 80.0, 3.0], 2, {"r": 1.0}, Holdout(90, 3, 0.1, -0.05, 0.4), None, None
)
PURCHASES = taken(
    order("1", "2026-03-01T00:00:00Z", 1, "a1", segment="smb"),
    order("2", "2026-03-01T00:00:00Z", 1, "a2", segment="smb"),
    order("3", "2026-03-01T00:00:00Z", 1, "b|1", segment="mid"),
    order("4", "2026-03-02T00:00:00Z", 1, "b|1"),
)


def said(prediction: Prediction = GOOD, known: tuple[bytes, ...] = (), **changes: Any) -> Said:
    """Return the records."""
    kpi = KPI.model_copy(update=changes)
    return say("clv_predicted", kpi, prediction, PURCHASES, TOLD, known, NOW_US, 7)


def records(of: Said) -> dict[str, Any]:
    """Return what stands on the compacted topic by key."""
    return {
        (send.key or b"").decode(): None if send.value is None else orjson.loads(send.value)
        for send in of.sends
        if send.topic == "kpis"
    }


def test_keys_and_values() -> None:
    """An account's own, the means of a segment's and of all; n is repeat purchases, or accounts."""
    found = records(said())
    assert {key: (one["value"], one["n"]) for key, one in found.items()} == {
        "clv_predicted|now|": (31.0, 3),
        "clv_predicted|now|segment=mid": (3.0, 1),
        "clv_predicted|now|segment=smb": (45.0, 2),
        "clv_predicted|now|account=a2": (80.0, 4),
        "clv_predicted|now|account=a1": (10.0, 1),
        "clv_predicted|now|account=b%7C1": (3.0, 0),
    }


def test_a_record_is_as_the_contract_has_it() -> None:
    """All fields of section 5, and the model's date and error."""
    one = records(said())["clv_predicted|now|account=a2"]
    assert one == {
        "kpi": "clv_predicted", "window": "now", "period": None, "dims": {"account": "a2"}, "value": 80.0, "n": 4,
        "unit": "currency", "start": None, "end": None, "as_of": "2026-03-31T00:00:05Z", "final": False,
        "revision": 7, "catalog": "crm-standard@0000",
        "model": {
            "name": "bg_nbd", "date": "2026-03-31", "horizon_d": 365, "accounts": 3, "repeat_accounts": 2,
            "error": -0.05,
            "holdout": {
                "days": 90, "accounts": 3, "purchases_error": 0.1, "value_error": -0.05,
                "purchases_mean_absolute_error": 0.4,
            },
        },
    }  # fmt: skip


def test_records_are_valid() -> None:
    """By the published schema, also those without a value; the history has all of them but tombstones."""
    validator = Draft202012Validator(record_schemas()["kpi"])
    for prediction in (GOOD, GOOD._replace(values=None, holdout=None, no_value="fit_failed")):
        for record in records(said(prediction)).values():
            validator.validate(record)
    of = said(known=(b"clv_predicted|now|account=gone",))
    assert sum(send.topic == "history" for send in of.sends) == of.records == 6
    assert all(send.partition == partition_of(send.key or b"", 4) for send in of.sends)


def test_the_most_valuable_accounts_only() -> None:
    """What is over the cap is counted; means are over all."""
    of = said(max_values=1)
    assert [key for key in records(of) if "account=" in key] == ["clv_predicted|now|account=a2"]
    assert (of.cut, records(of)["clv_predicted|now|"]["n"]) == (2, 3)


def test_accounts_that_vanish_get_tombstones() -> None:
    """Keys that had a record and have none now."""
    of = said(known=(b"clv_predicted|now|account=gone", b"clv_predicted|now|account=a1"))
    assert records(of)["clv_predicted|now|account=gone"] is None
    assert (of.records, of.tombstones) == (6, 1)
    assert b"clv_predicted|now|account=gone" not in of.keys


@pytest.mark.parametrize(
    ("values", "no_value", "no_error"),
    [
        (None, "too_few_repeat_accounts", "too_few_repeat_accounts"),
        ([1.0, 2.0, 3.0], None, "history_too_short"),
    ],
)
def test_what_is_not_known_says_why(values: list[float] | None, no_value: Any, no_error: Any) -> None:
    """Without values only the company and segments say so, with n; without an error the values stand."""
    found = records(said(GOOD._replace(values=values, holdout=None, no_value=no_value, no_error=no_error)))
    company = found["clv_predicted|now|"]
    assert (company["value"] is None, company["n"]) == (values is None, 3)
    assert company["model"]["error"] is None
    assert company["model"]["reason"] == (no_value or no_error)
    assert "holdout" not in company["model"]
    assert any("account=" in key for key in found) == (values is not None)


def test_a_catalog_may_ask_for_less() -> None:
    """Segments alone."""
    assert set(records(said(levels=(), by=("segment",)))) == {
        "clv_predicted|now|segment=mid",
        "clv_predicted|now|segment=smb",
    }


def test_whose_keys() -> None:
    """By id and window, whole."""
    assert is_of(b"clv_predicted|now|account=a", "clv_predicted")
    assert not is_of(b"clv|all_time|", "clv_predicted")
    assert not is_of(b"clv_predicted_too|now|", "clv_predicted")
