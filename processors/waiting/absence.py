"""An absence rule made ready: whether it is about an entity, and when that has waited for too long."""

from hashlib import sha256

from processors.working_time.business_time import BusinessTime
from processors.working_time.working_deadline import working_deadline_us
from schemas.rules.absence import AbsenceRule, Level
from schemas.waiting import SPANS_MAX, Span, Waiting

LATER_FIELDS = ("only_in_business_hours", "renotify_us", "escalate_after_us", "cool_down_us")
"""What rules learned to say after the first of them were judged: not saying it changes no rule."""


class Absence:
    """One rule. Time is an argument of everything."""

    def __init__(self, name: str, rule: AbsenceRule, working: BusinessTime):
        self.name = name
        self.rule = rule
        self.zone = working.zone
        """Of the times that its sentences name."""
        self.hash = sha256(rule.model_dump_json(exclude=_unsaid(rule)).encode()).hexdigest()[:16]
        """Changes when anything about the rule does."""
        self.levels = rule.levels
        """The shortest limit first."""
        self._by = rule.where.by
        self._working = working if rule.business else None
        # Working time ends in working hours anyhow.
        self._hours = working if rule.only_in_business_hours and not rule.business else None

    def is_about(self, row: Waiting) -> bool:
        """Say whether it watches an entity, as far as its kind and what is known of it go."""
        if row.kind != self.rule.kind:
            return False
        for name, wanted in self._by.items():
            value = row.rep if name == "rep" else row.team if name == "team" else row.dims.get(name)
            if value not in wanted:
                return False
        return True

    def deadline_us(self, since_us: int, level: Level) -> int | None:
        """Return when a wait reaches a limit; None for never."""
        if self._working is not None:
            return self._working.after_us(since_us, level.limit_us)
        reached_us = since_us + level.limit_us
        return reached_us if self._hours is None else working_deadline_us(self._hours, reached_us, 0)

    def waited_us(self, since_us: int, until_us: int) -> int:
        """Return how long a wait was, in the time that the rule counts."""
        if self._working is None:
            return until_us - since_us
        return self._working.business_us(since_us, until_us)

    def level_at(self, since_us: int, at_us: int) -> Level | None:
        """Return the most severe level that a wait has reached by then."""
        found = None
        for level in self.levels:
            due_us = self.deadline_us(since_us, level)
            if due_us is None or due_us > at_us:
                break
            found = level
        return found

    def level(self, severity: str) -> Level | None:
        """Return the level of a severity, if the rule has it."""
        return next((level for level in self.levels if level.severity == severity), None)

    def above(self, severity: str) -> Level | None:
        """Return the next level above a severity."""
        rank = {level.severity: index for index, level in enumerate(self.levels)}
        index = rank.get(severity, -1) + 1
        return self.levels[index] if index < len(self.levels) else None

    def was_overdue(self, spans: tuple[Span, ...], at_us: int) -> bool:
        """Say whether, by these waits, the first limit had been reached at that moment and nobody had acted."""
        if len(spans) >= SPANS_MAX and at_us < spans[0][0]:
            return True  # it is not known any more
        for since_us, until_us in spans:
            if until_us is None or until_us > at_us:
                due_us = self.deadline_us(since_us, self.levels[0])
                if due_us is not None and due_us <= at_us:
                    return True
        return False


def _unsaid(rule: AbsenceRule) -> set[str]:
    return {name for name in LATER_FIELDS if getattr(rule, name) == AbsenceRule.model_fields[name].default}
