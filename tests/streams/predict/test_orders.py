"""Records of the activity become purchases."""

from typing import Any

import orjson
import pytest

from processors.calendar import Calendar
from processors.predicting.purchases import Purchases
from schemas.catalog import load_catalog
from streams.kafka.readers import Change
from streams.predict.orders import NothingPredictedError, Orders, predicted

FAR_US = 4_000_000_000_000_000
CATALOG = load_catalog("catalog: x\nextends: standard\ncurrency: EUR\nrates: {USD: 0.5}\n", "x.yaml")

ARRIVED_MS = 1_800_000_000_000


def change(type_: str, id_: str, **data: Any) -> Change:
    """Return a structured record."""
    envelope = {"specversion": "1.0", "source": "s", "id": id_, "type": type_, "time": "2026-01-01T00:00:00Z"}
    value = orjson.dumps(envelope | {"data": {"account": "acme", **data}})
    return Change("crm.activity", 0, "acme", value, ARRIVED_MS)


def test_orders_refunds_segments_and_the_rest() -> None:
    """Amounts in the catalog's currency; copies, what is no use and what is of no interest are told apart."""
    purchases = Purchases(Calendar("UTC"))
    orders = Orders(CATALOG, purchases)
    binary = {
        "ce_specversion": "1.0", "ce_source": "s", "ce_id": "3", "ce_type": "crm.order.placed",
        "ce_time": "2026-01-02T00:00:00Z",
    }  # fmt: skip
    placed = change("crm.order.placed", "1", order="o1", amount=100, currency="USD")
    hidden = change("crm.order.placed", "5", order="o5", amount=1)
    assert hidden.value is not None
    orders.take(
        [
            placed,
            placed,
            change("crm.order.refunded", "2", order="o1", amount=10),
            Change(
                "crm.activity", 0, "acme", b'{"account":"acme","order":"o3","amount":7}', ARRIVED_MS,
                [(name, value.encode()) for name, value in binary.items()],
            ),
            change("crm.order.placed", "4", order="o4", amount=-1),
            change("crm.call.logged", "6", segment="smb"),
            change("crm.call.logged", "7", deal="d"),
            Change("crm.activity", 0, "acme", None, ARRIVED_MS),
            change("crm.order.placed", "8", order="o8", amount=1)._replace(timestamp_ms=0),  # from the future
            hidden._replace(value=hidden.value.replace(b"crm.order.", b"crm\\u002eorder.")),
        ]
    )  # fmt: skip
    assert [one.micros for one in purchases.days("acme", FAR_US)] == [41_000_000, 7_000_000]
    assert purchases.segment("acme") == "smb"
    assert orders.counts == {"read": 10, "orders": 4, "copies": 1, "unusable": 2}


def test_which_kpis_are_predicted() -> None:
    """Those that have records; a catalog without any is refused."""
    assert set(predicted(CATALOG)) == {"clv_predicted"}
    with pytest.raises(NothingPredictedError, match="predicted"):
        predicted(load_catalog("catalog: x\nextends: standard\nkpis: {clv_predicted: null}\n", "x.yaml"))
