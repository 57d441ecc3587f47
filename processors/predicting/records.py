"""A prediction as KPI records: of the most valuable accounts, of segments, and of the company."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import orjson

from processors.partition import Send
from processors.predicting.prediction import Prediction
from processors.predicting.purchases import Purchases
from processors.publishing.records import rfc3339
from schemas.catalogs.kpi import Kpi
from schemas.catalogs.kpi_groups import signatures
from schemas.kpi import Dims, kpi_key, partition_of

WINDOW = "now"


class Told(NamedTuple):
    """Where records go, and whose they are."""

    topic: str
    history: str
    partitions: int
    catalog: str
    """The catalog's name and fingerprint."""


class Said(NamedTuple):
    """The records of a prediction, those of keys that are no more included."""

    sends: list[Send]
    keys: frozenset[bytes]
    """The keys that have a record now."""
    records: int
    tombstones: int
    cut: int
    """Accounts that have no record of their own, since others are worth more."""


class Value(NamedTuple):
    """A value and its sample."""

    value: float | None
    n: int


def say(
    name: str,
    kpi: Kpi,
    prediction: Prediction,
    purchases: Purchases,
    told: Told,
    known: Collection[bytes],
    now_us: int,
    revision: int,
) -> Said:
    """Return the records of a KPI's prediction. `known` are the keys that have had a record."""
    of_accounts, cut = _of_accounts(kpi, prediction)
    groups = signatures(kpi)
    values: list[tuple[Dims, Value]] = []
    if () in groups:
        values.append(({}, _mean(prediction, range(len(prediction.states)))))
    if ("segment",) in groups:
        members: defaultdict[str, list[int]] = defaultdict(list)
        for index, state in enumerate(prediction.states):
            segment = purchases.segment(state.account)
            if segment is not None:
                members[segment].append(index)
        values += [({"segment": segment}, _mean(prediction, of)) for segment, of in sorted(members.items())]
    if ("account",) in groups:
        values += of_accounts
    else:
        cut = 0
    model = _model(kpi, prediction)
    sends: list[Send] = []
    keys: set[bytes] = set()
    for dims, value in values:
        key = kpi_key(name, WINDOW, None, dims).encode()
        body = orjson.dumps(_record(name, kpi, dims, value, model, told.catalog, now_us, revision))
        keys.add(key)
        partition = partition_of(key, told.partitions)
        sends += [Send(topic, partition, key, body) for topic in (told.topic, told.history)]
    gone = sorted(set(known) - keys)
    sends += [Send(told.topic, partition_of(key, told.partitions), key, None) for key in gone]
    return Said(sends, frozenset(keys), len(keys), len(gone), cut)


def is_of(key: bytes, name: str) -> bool:
    """Say whether a key on `crm.kpis` is one of this KPI's."""
    return key.startswith(f"{name}|{WINDOW}|".encode())


def _of_accounts(kpi: Kpi, prediction: Prediction) -> tuple[list[tuple[Dims, Value]], int]:
    """Return the most valuable accounts; where there are no values none, since which they are is not known."""
    if prediction.values is None:
        return [], 0
    ranked = sorted(
        zip(prediction.states, prediction.values, strict=True), key=lambda one: (-one[1], one[0].account)
    )
    kept = ranked[: kpi.max_values]
    shown: list[tuple[Dims, Value]] = [
        ({"account": state.account}, Value(value, state.frequency)) for state, value in kept
    ]
    return shown, len(ranked) - len(kept)


def _mean(prediction: Prediction, members: Collection[int]) -> Value:
    if prediction.values is None or not members:
        return Value(None, len(members))
    return Value(sum(prediction.values[index] for index in members) / len(members), len(members))


def _record(
    name: str,
    kpi: Kpi,
    dims: Dims,
    value: Value,
    model: Mapping[str, Any],
    catalog: str,
    now_us: int,
    revision: int,
) -> dict[str, Any]:
    return {
        "kpi": name,
        "window": WINDOW,
        "period": None,
        "dims": dict(dims),
        "value": None if value.value is None else round(value.value, 6),
        "n": value.n,
        "unit": kpi.unit,
        "start": None,
        "end": None,
        "as_of": rfc3339(now_us),
        "final": False,
        "revision": revision,
        "model": model,
        "catalog": catalog,
    }


def _model(kpi: Kpi, prediction: Prediction) -> dict[str, Any]:
    """Return the field `model`: what the value was made with, and how far to trust it."""
    assert kpi.predicted is not None
    held = prediction.holdout
    error = None if held is None else _rounded(held.value)
    model: dict[str, Any] = {
        "name": kpi.predicted.model,
        "date": prediction.day,
        "horizon_d": kpi.predicted.horizon_d,
        "accounts": len(prediction.states),
        "repeat_accounts": prediction.repeat_accounts,
        "error": error,
    }
    if held is not None:
        model["holdout"] = {
            "days": held.days,
            "accounts": held.accounts,
            "purchases_error": _rounded(held.purchases),
            "value_error": error,
            "purchases_mean_absolute_error": _rounded(held.mean_absolute),
        }
    reason = prediction.no_value or prediction.no_error
    if reason is not None:
        model["reason"] = reason
    return model


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
