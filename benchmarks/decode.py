"""What decoding costs: microseconds of processor time an event, records to checked `Event` objects.

`python -m benchmarks.decode`. Events of 300 to 400 bytes, slightly out of order over 30 days, each different.
"""

import random
from collections.abc import Sequence
from contextlib import suppress
from time import process_time

import orjson

from processors.decode import decode
from processors.deduplicate import Deduplicator
from schemas.dead_letter import Unusable
from schemas.duration import DAY_US

EVENTS = 100_000
ROUNDS = 5

Record = tuple[bytes, list[tuple[str, bytes]]]


def structured(count: int, digits: int) -> list[Record]:
    """Return calls, inquiries and deal events as structured records; seconds with so many digits."""
    rng = random.Random(1)
    records: list[Record] = []
    for number in range(count):
        second = number * 30 * 86_400 // count + rng.randrange(60)
        day, rest = divmod(second, 86_400)
        fraction = f".{rng.randrange(10**digits):0{digits}}" if digits else ""
        time = f"2026-11-{day % 30 + 1:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}{fraction}Z"
        data = {"account": f"account-{rng.randrange(5000):05}", "rep": f"rep-{rng.randrange(200):03}"}
        kind, own = rng.choice(_KINDS)
        event = {
            "specversion": "1.0",
            "id": f"{number:012}-{rng.randrange(16**8):08x}",
            "source": "crm/benchmark",
            "type": kind,
            "time": time,
            "datacontenttype": "application/json",
            "subject": data["account"],
            "data": {**data, "channel": "phone", "product": "pump-x2", "segment": "mid-market", **own},
        }
        records.append((orjson.dumps(event), []))
    return records


_KINDS: list[tuple[str, dict[str, object]]] = [
    ("crm.call.logged", {"direction": "outbound", "duration_s": 345.5, "value_added": True}),
    ("crm.inquiry.received", {"conversation": "conversation-0001234", "topic": "delivery time"}),
    ("crm.deal.stage_changed", {"deal": "deal-0001234", "from_stage": "new", "to_stage": "proposal"}),
]


def binary(records: Sequence[Record]) -> list[Record]:
    """Return the same events as binary records."""
    found = []
    for value, _ in records:
        event = orjson.loads(value)
        headers = [(f"ce_{name}", text.encode()) for name, text in event.items() if isinstance(text, str)]
        found.append((orjson.dumps(event["data"]), [*headers, ("content-type", b"application/json")]))
    return found


def unusable(records: Sequence[Record]) -> list[Record]:
    """Return records that lack a field."""
    return [(value.replace(b'"account"', b'"accounts"'), headers) for value, headers in records]


def measure(records: Sequence[Record]) -> float:
    """Return microseconds of processor time a record, of the fastest round; `suppress` takes 0.3 of them."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = process_time()
        for value, headers in records:
            with suppress(Unusable):
                decode(value, headers)
        best = min(best, process_time() - begin)
    return best / len(records) * 1e6


def measure_deduplicate(count: int) -> float:
    """Return microseconds an identity, all of them new."""
    ids = [f"{number:012}-abcdef01" for number in range(count)]
    seen = Deduplicator(7 * DAY_US)
    begin = process_time()
    for number, id_ in enumerate(ids):
        seen.seen("crm/benchmark", id_, number * 30 * DAY_US // count)
    return (process_time() - begin) / count * 1e6


def main() -> None:
    """Print a line for each way."""
    records = structured(EVENTS, 6)
    size = sum(len(value) for value, _ in records) / len(records)
    print(f"mean size {size:.0f} bytes")
    print(f"structured, microseconds  {measure(records):6.2f} us")
    print(f"structured, milliseconds  {measure(structured(EVENTS, 3)):6.2f} us")
    print(f"structured, seconds       {measure(structured(EVENTS, 0)):6.2f} us")
    print(f"binary, microseconds      {measure(binary(records)):6.2f} us")
    print(f"unusable (missing field)  {measure(unusable(records)):6.2f} us")
    print(f"seen before?              {measure_deduplicate(EVENTS):6.2f} us")


if __name__ == "__main__":
    main()
