"""Records and keys as stores take them apart."""

import pytest

from processors.serving.entry import Place, index_of, key_of, place_of, read_entry


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("calls|rolling_24h|rep=ann", Place("calls|rolling_24h", "rep=ann")),
        ("won_revenue|month:2026-11|", Place("won_revenue|month:2026-11", "")),
        ("x", None), ("x|y", None), ("a|b|c|d", None), ("|day|", None), ("calls||", None), ("", None),
    ],
)  # fmt: skip
def test_a_key_is_taken_apart(key: str, place: Place | None) -> None:
    """Into the bucket and the dimensions, and back; what has no three parts is no key."""
    assert place_of(key) == place
    assert place is None or key_of(*place) == key


@pytest.mark.parametrize(
    ("dims", "rep"),
    [
        ("rep=ann", "ann"),
        ("rep=a%2Cb", "a,b"),
        ("rep=ann,team=x", None),
        ("team=x", None),
        ("", None),
        ("rep=", None),
    ],
)
def test_who_is_on_a_leaderboard(dims: str, rep: str | None) -> None:
    """A rep alone, by the name that is meant."""
    assert Place("calls|day:2026-11-21", dims).rep == rep


def test_a_bucket_has_a_period_or_none() -> None:
    """What periods are found under."""
    assert index_of("calls|month:2026-11") == ("calls|month", "2026-11")
    assert index_of("calls|rolling_24h") == ("calls|rolling_24h", None)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        (b'{"value":1.5,"as_of":"1970-01-01T00:00:01.5Z","revision":7,"more":[]}', (1.5, 1_500)),
        (b'{"value":null,"as_of":"1970-01-01T01:00:01+01:00"}', (None, 1_000)),
        (b'{"value":3,"as_of":null,"revision":7}', (3, 7)),
        (b'{"value":1e300,"as_of":null}', (1e300, 0)),
        (b'{"value":9223372036854775807,"as_of":null}', (2**63 - 1, 0)),
        (b'{"value":9223372036854775808,"as_of":null}', None),
        (b'{"value":1' + b"0" * 400 + b',"as_of":null}', None),
        (b'{"value":1e400,"as_of":null}', None),
        (b'{"value":1,"as_of":null,"revision":1000000000000000000}', None),
        (b"junk", None), (b"[]", None), (b'{"n":1}', None), (b'{"value":"x"}', None), (b"\xff", None),
    ],
)  # fmt: skip
def test_a_record_is_looked_at(raw: bytes, seen: tuple[float | None, int] | None) -> None:
    """Its value, and when it was made; what can't be read is no record."""
    entry = read_entry(raw)

    assert (entry and (entry.value, entry.made_ms)) == seen
    assert entry is None or entry.raw == raw
