"""Who wants a record: found by its bucket, so that a change costs only those that want it."""

from collections import defaultdict
from collections.abc import Iterator

from streams.web.api.feed import Feed, Wanted


class _Bucket:
    __slots__ = ("exact", "open")

    def __init__(self) -> None:
        self.exact: dict[str, list[Feed]] = {}
        """By the last part of the key."""
        self.open: dict[tuple[str, ...], list[tuple[Wanted, Feed]]] = {}
        """By the names of the dimensions."""


class Interest:
    """The feeds, by what they want."""

    def __init__(self) -> None:
        self._buckets: defaultdict[str, _Bucket] = defaultdict(_Bucket)

    def add(self, feed: Feed) -> None:
        """Note what a feed wants."""
        for wanted in feed.wanted:
            bucket = self._buckets[wanted.bucket]
            if wanted.exactly is not None:
                bucket.exact.setdefault(wanted.exactly, []).append(feed)
            else:
                names = tuple(name for name, _ in wanted.selector.dims)
                bucket.open.setdefault(names, []).append((wanted, feed))

    def remove(self, feed: Feed) -> None:
        """Forget what a feed wanted."""
        for name in {wanted.bucket for wanted in feed.wanted}:
            bucket = self._buckets[name]
            for text in [text for text, feeds in bucket.exact.items() if feed in feeds]:
                bucket.exact[text] = [one for one in bucket.exact[text] if one is not feed]
                if not bucket.exact[text]:
                    del bucket.exact[text]
            for names in [*bucket.open]:
                bucket.open[names] = [one for one in bucket.open[names] if one[1] is not feed]
                if not bucket.open[names]:
                    del bucket.open[names]
            if not bucket.exact and not bucket.open:
                del self._buckets[name]

    def of(self, bucket_name: str, dims_text: str) -> Iterator[Feed]:
        """Yield the feeds that want a record; one with overlapping selectors may come twice."""
        bucket = self._buckets.get(bucket_name)
        if bucket is None:
            return
        yield from bucket.exact.get(dims_text, ())
        if bucket.open:
            names = tuple(part.partition("=")[0] for part in dims_text.split(",")) if dims_text else ()
            for wanted, feed in bucket.open.get(names, ()):
                if not wanted.selector.wanted or wanted.selector.takes(dims_text):
                    yield feed

    def __len__(self) -> int:
        return len(self._buckets)
