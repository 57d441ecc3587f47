"""The grammar of a rule: which value of a KPI, of whom, for how long, is worth an alert.

docs/alerts.md explains the fields to users.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from schemas.events.directory import CALENDAR_WINDOWS
from schemas.files.document import readable, together
from schemas.files.fault import PathMessage
from schemas.rules.condition import KINDS, Condition, Duration
from schemas.rules.labels import Labels
from schemas.severity import Severity

Dimension = Literal[
    "alert_rule",
    "campaign",
    "channel",
    "content",
    "from_stage",
    "product",
    "region",
    "rep",
    "segment",
    "stage",
    "team",
    "to_stage",
]


class Level(NamedTuple):
    """A severity, and what it takes."""

    severity: Severity
    condition: Condition


class Rule(Condition):
    """One rule: it watches one KPI in one window, separately for each team, rep or other dimension."""

    title: str = ""
    """What is wrong, in words; summaries begin with it."""
    severity: Severity = "warning"
    """How bad it is, where the rule has no levels; of a milestone `info`, if not given."""
    kpi: str
    """The KPI."""
    window: str
    """In which of its windows."""
    for_each: Literal["company"] | Dimension | Annotated[tuple[Dimension, ...], Field(min_length=1)] = (
        "company"
    )
    """Of whom: the company, each team, rep or other dimension; a list of those that stand together."""
    warning: Condition | None = None
    """What makes it a warning, in a rule with levels…"""
    critical: Condition | None = None
    """…and what makes it critical."""
    for_us: Duration = Field(0, alias="for", description="How long it must last before it is an alert.")
    keep_firing_us: Duration = Field(
        0, alias="keep_firing", description="How long it must have been well again before the alert ends."
    )
    min_n: Annotated[int, Field(ge=0)] = 0
    """The smallest sample that is judged."""
    only_in_business_hours: bool = False
    """Alerts begin in working hours only, and `for` counts working time."""
    labels: Labels = Field(default_factory=dict)
    """Words of your own, for routes and silences."""
    owner: str = ""
    """Who looks after it; default: the KPI's owner."""
    renotify_us: Duration | None = Field(
        None, alias="renotify", description="Say so again each time that it has gone on for so long."
    )
    escalate_after_us: Duration | None = Field(
        None, alias="escalate_after", description="Tell more people when nobody took care for so long."
    )
    cool_down_us: Duration | None = Field(
        None, alias="cool_down", description="After it was told, say nothing of a new episode for so long."
    )

    @together
    def _dimensions_once(self) -> Iterator[PathMessage]:
        if len(set(self.dimensions)) < len(self.dimensions):
            yield ("for_each",), "for_each names a dimension twice"

    @together
    def _levels_or_not(self) -> Iterator[PathMessage]:
        if self.kinds and (self.warning or self.critical):
            yield (
                (self.kinds[0],),
                f"{self.kinds[0]} belongs in warning or critical, in a rule that has levels",
            )
        if not (self.kinds or self.warning or self.critical):
            yield (), f"expected exactly one of {', '.join(KINDS)}, or warning and critical"

    @together
    def _severity_of_one_level(self) -> Iterator[PathMessage]:
        if (self.warning or self.critical) and "severity" in self.model_fields_set:
            yield ("severity",), "a rule with levels has no severity: each level is one"

    @together
    def _whole_levels(self) -> Iterator[PathMessage]:
        for name in ("warning", "critical"):
            level: Condition | None = self.if_read(name, None)
            if level is not None:
                yield from (((name,), said) for said in readable(level.no_part()))

    @together
    def _critical_is_more(self) -> Iterator[PathMessage]:
        mild, severe = self.warning, self.critical
        if mild is None or severe is None or mild.of != severe.of:
            return
        if mild.above is not None and severe.above is not None and severe.above < mild.above:
            yield ("critical",), f"critical ({severe.above:g}) must not lie under warning ({mild.above:g})"
        if mild.below is not None and severe.below is not None and severe.below > mild.below:
            yield ("critical",), f"critical ({severe.below:g}) must not lie over warning ({mild.below:g})"

    @together
    def _can_be(self) -> Iterator[PathMessage]:
        for level in self.levels:
            for leaf in level.condition.leaves:
                for check in (self._compared, self._elapsed, self._milestone, self._among_reps):
                    yield from (((), said) for said in readable(check(leaf)))

    # What can never be: records of such a window or dimension have nothing to compare with.

    def _compared(self, leaf: Condition) -> Iterator[str]:
        if leaf.reference in ("target", "pace", "previous") and self.window not in CALENDAR_WINDOWS:
            yield f"only calendar windows ({', '.join(CALENDAR_WINDOWS)}) have a {leaf.reference}"
        if leaf.reference == "baseline" and self.window != "day":
            yield "only the window day has a baseline"

    def _elapsed(self, leaf: Condition) -> Iterator[str]:
        if leaf.elapsed_at_least is not None and self.window not in CALENDAR_WINDOWS:
            yield f"elapsed_at_least needs a calendar window ({', '.join(CALENDAR_WINDOWS)})"

    def _milestone(self, leaf: Condition) -> Iterator[str]:
        if leaf.reached is not None:
            if self.window not in (*CALENDAR_WINDOWS, "all_time"):
                yield "a milestone (reached) needs a calendar window or all_time"
            if self.keep_firing_us:
                yield "a milestone (reached) lasts until its period ends: it has no keep_firing"

    def _among_reps(self, leaf: Condition) -> Iterator[str]:
        if (leaf.reference == "team" or leaf.rank is not None) and self.dimensions != ("rep",):
            what = "a rank" if leaf.rank is not None else "a team to be compared with"
            yield f"only reps have {what}: for_each must be rep"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimensions of the KPI keys that it watches, in the order of the keys."""
        if self.for_each == "company":
            return ()
        return (self.for_each,) if isinstance(self.for_each, str) else tuple(sorted(self.for_each))

    @property
    def only_severity(self) -> Severity:
        """How bad it is, of a rule without levels; good news are no warning, unless the file says so."""
        good_news = self.reached is not None and "severity" not in self.model_fields_set
        return "info" if good_news else self.severity

    @property
    def levels(self) -> tuple[Level, ...]:
        """The severities that it has, from mild to severe."""
        if self.warning is None and self.critical is None:
            return (Level(self.only_severity, self),)
        levels = (("warning", self.warning), ("critical", self.critical))
        return tuple(
            Level("warning" if name == "warning" else "critical", condition)
            for name, condition in levels
            if condition is not None
        )

    @property
    def threshold(self) -> float:
        """The limit of a rule that has just one: a value beyond it is a breach."""
        limit = self.above if self.above is not None else self.below
        assert limit is not None
        return limit

    @property
    def recovery(self) -> float:
        """The value at which, or on its good side, an alert of such a rule resolves."""
        return self.threshold if self.recover is None else self.recover
