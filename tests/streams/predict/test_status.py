"""What a predict process says of itself."""

from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from processors.predicting.prediction import Holdout, Prediction
from processors.predicting.purchases import State
from processors.predicting.records import Said
from streams.predict.metrics import METRICS, markdown
from streams.predict.status import PredictStatus

GOOD = Prediction(
    "2026-01-01", [State("a", 1, 2, 3, 4.0)], [5.0], 1, {}, Holdout(90, 1, 0.1, None, 0.2), None, None
)
SAID = Said([], frozenset(), 3, 1, 2)


async def page(status: PredictStatus) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the samples by name and the labels' values; every metric has its text and labels."""
    body, _ = await status.render("")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(body.decode()):
        name = family.name + ("_total" if family.type == "counter" else "")
        if name.startswith("crm_"):
            assert family.documentation == METRICS[name].help  # type: ignore[index]
            labels = METRICS[name].labels  # type: ignore[index]
            found[name] = {tuple(one.labels[label] for label in labels): one.value for one in family.samples}
    return found


async def test_every_metric() -> None:
    """Counts of orders, and of each KPI's last prediction."""
    status = PredictStatus(Counter(read=9, orders=4, copies=2, unusable=1))
    status.predicted("clv", GOOD, SAID, 12.5, 1_000_000)
    status.predicted("clv", GOOD._replace(values=None, no_value="fit_failed"), SAID, 2.5, 3_000_000)
    found = await page(status)
    assert set(found) == set(METRICS)
    assert found["crm_pulse_predict_orders_total"] == {("taken",): 4, ("copy",): 2}
    assert found["crm_pulse_predict_fits_total"] == {("clv", "predicted"): 1, ("clv", "no_value"): 1}
    assert found["crm_pulse_predict_fit_timestamp_seconds"] == {("clv",): 3}
    assert found["crm_pulse_predict_error_ratio"] == {("clv", "purchases"): 0.1}
    assert found["crm_pulse_predict_missing"] == {("clv", "value", "fit_failed"): 1}
    assert found["crm_pulse_predict_kpi_records_total"] == {(): 6}
    assert found["crm_pulse_predict_accounts_cut"] == {("clv",): 2}
    assert all(f"`{name}`" in markdown() for name in METRICS)


def test_health() -> None:
    """Unready until all is read and predicted once; a failure stays."""
    status = PredictStatus({})
    assert status.unready() == ["the activity is being read"]
    status.caught_up = True
    assert status.unready() == ["the first model is being fitted"]
    status.predicted("clv", GOOD, SAID, 1.0, 1)
    assert (status.unready(), status.failures()) == ([], [])
    status.fail("predict", ValueError("x"))
    status.fail("predict", KeyError("y"))
    assert status.failures() == ["predict: ValueError"]
