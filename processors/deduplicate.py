"""Which events a partition has seen: (source, id) pairs, remembered over a horizon of event time.

An identity goes into the bucket of the five minutes that the partition's watermark is in when it arrives,
and is forgotten with its bucket: at the earliest when the watermark has moved the horizon past the
arrival, at the latest five minutes after that. Which bucket it is depends on the log alone, so a replay
decides as the first pass did.

Memory, measured with sources such as `crm/phone` and ids such as `c-0000001234`: 125 bytes an identity;
on the changelog 23.

On the changelog a record holds identities of one bucket. Its key has the bucket, the fence (the source
offset up to which what it holds is true), the cut at which it was written, and a number:
`s|5983984|120034|120034|0`. What the design asks of it:

- After a crash between the records of a snapshot the replay must decide as before. So records whose fence
  is beyond the restored cut are passed over, and a tombstone is written one snapshot after the cut at which
  its bucket expired, when no replay can begin before it.
- A writer that was replaced, and doesn't know it yet, must take nothing back. So a key never comes
  again with other identities.
- A quiet partition must not fill the changelog with small records. So those of a bucket that is over
  are written once more, in few, before they get their tombstones; every prefix of the log has them all.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

import msgspec

from processors.partition import StateItem

BUCKET_US = 300_000_000
"""Width of a bucket: five minutes of the watermark."""
RECORD_BYTES_MAX = 524_288
"""A changelog record's value at most, well under the 1 MiB that brokers take."""
SMALL_RECORD_BYTES = 4_096
"""The records of a bucket that is over are merged when they are smaller than this in the mean..."""
SMALL_RECORDS_MAX = 4
"""...and more than this."""
KEY_PREFIX = b"s|"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[str]).decode


class _Bucket:
    """The identities that arrived in one interval of the watermark, and the records that hold them."""

    __slots__ = ("bytes", "fence", "identities", "keys", "written")

    def __init__(self) -> None:
        self.identities: list[str] = []
        self.written = 0
        """How many of the identities, counted from the first, the changelog has."""
        self.keys: set[bytes] = set()
        self.bytes = 0
        """Size of the records' values together."""
        self.fence = -1
        """The cut at which identities were last written."""


class Deduplicator:
    """The identities that one partition has seen. `horizon_us` is microseconds of event time."""

    def __init__(self, horizon_us: int) -> None:
        self._horizon_buckets = -(-horizon_us // BUCKET_US)
        self._seen: set[str] = set()
        self._buckets: dict[int, _Bucket] = {}
        self._arrivals: list[str] | None = None  # the running bucket's identities
        self._running = 0
        self._ends_us = 0
        self._expired: list[bytes] = []
        self._tombstones: list[bytes] = []
        self._found: dict[bytes, bytes] = {}
        self._beyond: dict[int, list[bytes]] = {}  # records that restoring passed over, by bucket

    def __len__(self) -> int:
        """How many identities are remembered."""
        return len(self._seen)

    def seen(self, source: str, id_: str, watermark_us: int) -> bool:
        """Say whether this event came before, within the horizon. From now on it did.

        `watermark_us` is the partition's watermark at the arrival. Were it to go back, the bucket it was in
        last would still count.
        """
        if self._arrivals is None or watermark_us >= self._ends_us:
            self._move_to(watermark_us // BUCKET_US)
            assert self._arrivals is not None
        identity = f"{source}\0{id_}"
        if "\0" in source:
            identity = f"\0{len(source)}\0{identity}"  # no other identity begins so: sources aren't empty
        # One look at a large set, not two.
        seen, known = self._seen, len(self._seen)
        seen.add(identity)
        if len(seen) == known:
            return True
        self._arrivals.append(identity)
        return False

    def snapshot(self, cut: int) -> list[StateItem]:
        """Return the changelog records for what changed, in the order to be written; empty when clean.

        `cut` is the source offset up to which the state is true. The snapshot before must be durable.
        """
        items: list[StateItem] = [(key, None) for key in self._tombstones]
        self._tombstones, self._expired = self._expired, []
        for number, bucket in self._buckets.items():
            if bucket.written < len(bucket.identities):
                bucket.fence = cut
                items += _write(number, bucket, cut, bucket.identities[bucket.written :])
                bucket.written = len(bucket.identities)
            elif number != self._running and _is_scattered(bucket):
                items += _merge(number, bucket, cut)
        return items

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records in log order, batch after batch. Those with other keys are passed over."""
        found = self._found
        for key, value in items:
            if key.startswith(KEY_PREFIX):
                if value is None:
                    found.pop(key, None)
                else:
                    found[key] = value

    def restored(self, cut: int) -> None:
        """The changelog is at its end, and the state is to be that of the source offset `cut`."""
        for key, value in self._found.items():
            number, fence = map(int, key.split(b"|")[1:3])
            if fence > cut:
                self._beyond.setdefault(number, []).append(key)
                continue
            bucket = self._buckets.setdefault(number, _Bucket())
            bucket.keys.add(key)
            bucket.bytes += len(value)
            bucket.fence = max(bucket.fence, fence)
            bucket.identities += _decode(value)
        self._found.clear()
        self._buckets = dict(sorted(self._buckets.items()))
        self._running = max(self._buckets, default=0)
        for bucket in reversed(self._buckets.values()):
            # An identity may stand in a record and the merged one that replaces it, and, when it came again,
            # in an expired bucket that has no tombstone yet. The newest bucket has it.
            fresh = [identity for identity in dict.fromkeys(bucket.identities) if identity not in self._seen]
            bucket.identities = fresh
            bucket.written = len(fresh)
            self._seen.update(fresh)

    def _move_to(self, number: int) -> None:
        """Make a bucket the running one, and forget those that the horizon has left."""
        self._running = number
        self._ends_us = (number + 1) * BUCKET_US
        self._arrivals = self._buckets.setdefault(number, _Bucket()).identities
        horizon = number - self._horizon_buckets
        if self._beyond:
            self._adopt(number, horizon)
        for old in list(takewhile(horizon.__gt__, self._buckets)):  # the oldest stand first
            bucket = self._buckets.pop(old)
            self._seen.difference_update(bucket.identities)
            self._expired += bucket.keys

    def _adopt(self, number: int, horizon: int) -> None:
        """Give records that were passed over to their buckets, once these are there; tombstones follow."""
        for beyond in [n for n in self._beyond if n <= number]:
            if beyond in self._buckets:
                self._buckets[beyond].keys.update(self._beyond.pop(beyond))
            elif beyond < horizon:
                self._expired += self._beyond.pop(beyond)


def _is_scattered(bucket: _Bucket) -> bool:
    return len(bucket.keys) > SMALL_RECORDS_MAX and bucket.bytes < SMALL_RECORD_BYTES * len(bucket.keys)


def _merge(number: int, bucket: _Bucket, cut: int) -> Iterator[StateItem]:
    """Write all of a bucket's identities anew, and tombstones for the records that held them."""
    old = bucket.keys
    bucket.keys, bucket.bytes = set(), 0
    # Sorted, so that of two writers at the same cut each record of one equals the other's.
    yield from _write(number, bucket, cut, sorted(bucket.identities))
    for key in sorted(old - bucket.keys):
        yield key, None


def _write(number: int, bucket: _Bucket, cut: int, identities: Sequence[str]) -> Iterator[StateItem]:
    for part, value in enumerate(_values(identities)):
        key = b"%b%d|%d|%d|%d" % (KEY_PREFIX, number, bucket.fence, cut, part)
        bucket.keys.add(key)
        bucket.bytes += len(value)
        yield key, value


def _values(identities: Sequence[str]) -> Iterator[bytes]:
    """Encode identities in values that are not too large."""
    value = _encode(identities)
    if len(value) <= RECORD_BYTES_MAX or len(identities) == 1:
        yield value
    else:
        middle = len(identities) // 2
        yield from _values(identities[:middle])
        yield from _values(identities[middle:])
