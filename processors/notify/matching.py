"""Matching: has an alert what a route or an inhibition asks for? Names and patterns are those of silences."""

from collections.abc import Mapping, Sequence

from processors.silencing import matches, value_of
from schemas.alert import Alert

WILD = frozenset("*?")


class Matcher:
    """What an alert must have, all of it; nothing asked for is had by every alert."""

    def __init__(self, wanted: Mapping[str, str | Sequence[str]]) -> None:
        self._exact: list[tuple[str, frozenset[str]]] = []
        self._wild: list[tuple[str, frozenset[str], tuple[str, ...]]] = []
        for name, texts in wanted.items():
            several = (texts,) if isinstance(texts, str) else tuple(texts)
            wild = tuple(text for text in several if WILD & {*text})
            exact = frozenset(several) - {*wild}
            if wild:
                self._wild.append((name, exact, wild))
            else:
                self._exact.append((name, exact))

    def __call__(self, alert: Alert) -> bool:
        """Tell whether it matches."""
        return all(value_of(alert, name) in exact for name, exact in self._exact) and all(
            value_of(alert, name) in exact or any(matches({name: pattern}, alert) for pattern in wild)
            for name, exact, wild in self._wild
        )
