"""The grammar of absence rules: which inquiry, quote, lead or deal has waited for too long.

They stand in the file of rules, under `absences`. docs/absence.md explains the fields to users.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, ConfigDict, Field

from schemas import duration
from schemas.files.document import Section, check, reading, together
from schemas.files.fault import PathMessage
from schemas.files.overlay import overlaid, standard, strange_changes
from schemas.rules.condition import Duration
from schemas.severity import SEVERITIES
from schemas.waiting import FILTERS, Kind

STANDARD = "schemas/rules.yaml"
LIMIT_D_MAX = 366
"""The longest limit, in days."""


class Level(NamedTuple):
    """A limit, and how severe it is to be over it."""

    severity: str
    limit_us: int


def _limit(text: str) -> str:
    if not duration.duration_us(text, LIMIT_D_MAX):
        raise ValueError("expected more than nothing")
    return text


Limit = Annotated[str, AfterValidator(_limit)]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Words = Word | Annotated[tuple[Word, ...], Field(min_length=1)]


class Limits(Section):
    """How long something may wait, by severity; the more severe, the longer."""

    info: Limit | None = None
    """Worth knowing after so long, such as `30m`."""
    warning: Limit | None = None
    """Too long."""
    critical: Limit | None = None
    """Far too long."""

    @together
    def _some_limit(self) -> Iterator[PathMessage]:
        if not self.levels:
            yield (), f"expected a limit for one of {', '.join(SEVERITIES)}"

    @together
    def _rise(self) -> Iterator[PathMessage]:
        # Those that can be read: the more severe is the longer of any two.
        for lower, higher in pairwise(_levels({name: self.if_read(name, None) for name in SEVERITIES})):
            if higher.limit_us <= lower.limit_us:
                yield (higher.severity,), f"{higher.severity} must be a longer time than {lower.severity}"

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that are given, the shortest limit first."""
        return _levels({"info": self.info, "warning": self.warning, "critical": self.critical})


def _levels(limits: Mapping[str, str | None]) -> tuple[Level, ...]:
    return tuple(
        Level(severity, duration.duration_us(text, LIMIT_D_MAX))
        for severity, text in limits.items()
        if text is not None
    )


class Chosen(Section):
    """Which entities a rule is about: all of them, or those that have one of the values of every field."""

    team: Words | None = None
    """Of these teams."""
    rep: Words | None = None
    """Of these reps."""
    channel: Words | None = None
    """Came by these channels."""
    campaign: Words | None = None
    """Of these campaigns."""
    product: Words | None = None
    """About these products."""
    stage: Words | None = None
    """Deals in these stages."""
    segment: Words | None = None
    """Of these segments."""
    region: Words | None = None
    """Of these regions."""

    @property
    def by(self) -> dict[str, frozenset[str]]:
        """The values of each field that is given."""
        return {
            name: frozenset((words,) if isinstance(words, str) else words)
            for name, words in self
            if words is not None
        }


class AbsenceRule(Section):
    """One rule: it watches each entity of a kind by itself, and fires while that waits beyond a limit."""

    title: str = ""
    """What is wrong, in words; the summary begins with it."""
    kind: Kind
    """What waits: an inquiry for an answer, a quote to be sent, a lead for a touch, a deal for its next stage."""
    limits: Limits
    """How long it may wait, by severity."""
    business: bool = False
    """Whether only working time counts."""
    only_in_business_hours: bool = False
    """A limit that is reached outside working hours counts as reached when work begins."""
    where: Chosen = Chosen()
    """Which of them it is about; without it, all."""
    labels: dict[Word, Annotated[str, Field(max_length=200)]] = Field(default_factory=dict)
    """Words for routes and silences."""
    owner: str = ""
    """Who looks after it."""
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
    def _hours_of_work(self) -> Iterator[PathMessage]:
        sentence = "working time is given in hours; a day could be 24 of them or one day's work"
        for severity, text in self.limits if self.business else ():
            if text is not None and "d" in text:
                yield ("limits", severity), f"{text}: {sentence}"

    @together
    def _of_one_kind(self) -> Iterator[PathMessage]:
        for name in self.where.by:
            if name not in FILTERS[self.kind]:
                said = f"{self.kind} has no {name}; expected one of {', '.join(FILTERS[self.kind])}"
                yield ("where", name), said

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels, the shortest limit first."""
        return self.limits.levels


AbsenceName = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,59}$")]


class _Absences(Section):
    model_config = ConfigDict(extra="ignore", frozen=True)

    absences: dict[AbsenceName, AbsenceRule] = Field(default_factory=dict)


def load_absences(text: str | bytes | None = None, file: str = STANDARD) -> dict[str, AbsenceRule]:
    """Return the absence rules in `text` by name, the standard ones by default. Raises `Faults` with every mistake."""
    if text is None:
        return check(_Absences, standard(STANDARD)).absences
    with reading(text, file) as document:
        own = document.data.get("absences")
        if document.data.get("extends") == "standard" and isinstance(own, dict):
            document.report(
                strange_changes("absences", "absence rule", own, standard(STANDARD).data["absences"])
            )
        document = document.with_data(with_standard(document.data))
        twice = "there is a rule of that name already"
        document.report((("absences", name), twice) for name in _names_twice(document.data))
        return document.read(_Absences).absences


def with_standard(data: dict[str, Any]) -> dict[str, Any]:
    """Put a file's absence rules over the standard ones where it says `extends: standard`; `null` drops one.

    A rule under a known name changes the fields that it gives; its limits and choice replace the standard's whole.
    A file may have absence rules only.
    """
    own = data.get("absences")
    if own is not None:
        data = {"rules": {}, **data}
    if data.get("extends") != "standard" or not (own is None or isinstance(own, dict)):
        return data
    return {**data, "absences": overlaid(own or {}, standard(STANDARD).data["absences"])}


def _names_twice(data: Mapping[str, Any]) -> Iterator[str]:
    rules, absences = data.get("rules"), data.get("absences")
    own: dict[str, Any] = rules if isinstance(rules, dict) else {}
    if data.get("extends") == "standard":
        own = {**standard(STANDARD).data["rules"], **own}
    if isinstance(absences, dict):
        yield from (name for name in absences if own.get(name) is not None)
