"""Matching: has an alert what a route or an inhibition asks for? Names and patterns are those of silences."""

from collections.abc import Callable, Mapping, Sequence

from processors.silences.silencing import pattern_test, value_of
from schemas.alert import Alert

WILD = frozenset("*?")


class Matcher:
    """What an alert must have, all of it; nothing asked for is had by every alert."""

    def __init__(self, wanted: Mapping[str, str | Sequence[str]]) -> None:
        self._exact: list[tuple[str, frozenset[str]]] = []
        self._wild: list[tuple[str, list[Callable[[str], object]]]] = []
        for name, texts in wanted.items():
            several = (texts,) if isinstance(texts, str) else tuple(texts)
            if any(WILD & {*text} for text in several):
                self._wild.append((name, [pattern_test(text) for text in several]))
            else:
                self._exact.append((name, frozenset(several)))

    def __call__(self, alert: Alert) -> bool:
        """Tell whether it matches."""
        return all(value_of(alert, name) in exact for name, exact in self._exact) and all(
            (value := value_of(alert, name)) is not None and any(test(value) for test in tests)
            for name, tests in self._wild
        )
