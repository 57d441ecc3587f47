"""Inhibition: an open alert that says it all keeps others quiet, as a team's keeps its reps'."""

from collections import defaultdict
from collections.abc import Iterable

from processors.notify.matching import Matcher
from processors.silences.silencing import value_of
from schemas.alert import Alert
from schemas.notify import Inhibition

_Place = tuple[str, ...]


class _Rule:
    """One inhibition, and the open alerts that are its sources, by what must be equal."""

    def __init__(self, inhibition: Inhibition) -> None:
        self.is_source, self.is_target = Matcher(inhibition.source), Matcher(inhibition.target)
        self.equal = inhibition.equal
        self.sources: defaultdict[_Place, dict[str, bool]] = defaultdict(dict)
        """By place, then by the alert's id: whether it is a target too."""

    def place(self, alert: Alert) -> _Place:
        return tuple(value_of(alert, name) or "" for name in self.equal)


class Inhibitor:
    """Knows all open alerts that may keep others quiet."""

    def __init__(self, inhibitions: Iterable[Inhibition]) -> None:
        self._rules = [_Rule(one) for one in inhibitions]
        self._places: dict[str, list[tuple[_Rule, _Place]]] = {}

    def take(self, alert: Alert) -> bool:
        """Take an open alert as it is now; tell whether others may be told or not told because of it."""
        before = self.drop(alert.id)
        places = [(rule, rule.place(alert)) for rule in self._rules if rule.is_source(alert)]
        for rule, place in places:
            rule.sources[place][alert.id] = rule.is_target(alert)
        if places:
            self._places[alert.id] = places
        return bool(before or places)

    def drop(self, id_: str) -> bool:
        """Forget an alert that is not open any more; tell whether it kept others quiet."""
        places = self._places.pop(id_, [])
        for rule, place in places:
            there = rule.sources[place]
            del there[id_]
            if not there:
                del rule.sources[place]
        return bool(places)

    def inhibits(self, alert: Alert) -> bool:
        """Tell whether another alert that is open keeps this one quiet.

        Two that are source and target alike don't: each would keep the other quiet, and nobody heard of either.
        """
        for rule in self._rules:
            if not rule.sources or not rule.is_target(alert):
                continue
            sources = rule.sources.get(rule.place(alert), {})
            both = rule.is_source(alert)
            if any(id_ != alert.id and not (both and is_target) for id_, is_target in sources.items()):
                return True
        return False
