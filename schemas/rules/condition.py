"""The grammar of a rule's condition: what of a KPI record makes it worth an alert.

A condition says one thing: a limit for the value (`above`, `below`), as it is or as a share `of` something
the record is compared with; a distance from it (`higher_than`, `lower_than`); a milestone (`reached`); a
place among the reps (`rank`); silence (`no_data`); or several conditions (`all`, `any`).
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from schemas import duration
from schemas.files.document import Section, readable, together
from schemas.files.fault import PathMessage

FOR_D_MAX = 30
PARTS_MAX = 10
"""Conditions in one `all` or `any`."""
DEPTH_MAX = 3
"""So deep may `all` and `any` stand in each other: who needs more wants two rules."""

KINDS = ("above", "below", "higher_than", "lower_than", "reached", "rank", "no_data", "all", "any")

Reference = Literal["target", "pace", "previous", "baseline", "team"]
"""What a value is compared with: the KPI record's target, expected, previous, baseline, team_value."""

_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")


def duration_us(text: object) -> int:
    """Read `90s`, `5m`, `1h 30m`, `2d` as microseconds. Raises ValueError with a sentence."""
    return duration.duration_us(text, FOR_D_MAX)


def percent(value: Any) -> Any:
    """Return the share that a text such as `60 %` says; anything else as it is."""
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    return value if match is None else float(match[1]) / 100


def is_percent(value: object) -> bool:
    """Say whether a value is a text such as `60 %`."""
    return percent(value) is not value


Limit = Annotated[float, BeforeValidator(percent)]
"""Shares are for limits with `of`; `schemas.rule` refuses others."""
Duration = Annotated[int, BeforeValidator(duration_us)]
Percent = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)? ?%$")]
Share = Annotated[float, BeforeValidator(percent), Field(gt=0, le=1)]
Place = Annotated[int, Field(ge=1)]


class Rank(Section):
    """A place among the reps of the team; 1 is best, and who is level shares the better place."""

    in_last: Place | None = None
    """Among so many at the end."""
    not_in_first: Place | None = None
    """Behind so many at the front."""
    recover: Place | None = None
    """Well again out of so many at the end, or among so many at the front; default: the limit."""
    of_at_least: Place | None = None
    """So many must be ranked for a place to mean something; default: one more than the limit."""

    @together
    def _one_end(self) -> Iterator[PathMessage]:
        if (self.in_last is None) == (self.not_in_first is None):
            yield (), "expected exactly one of in_last and not_in_first"

    @together
    def _recovers_out_of_the_last(self) -> Iterator[PathMessage]:
        if self.recover is not None and self.in_last is not None and self.recover < self.in_last:
            yield ("recover",), f"recover ({self.recover}) must not lie under in_last ({self.in_last})"

    @together
    def _recovers_among_the_first(self) -> Iterator[PathMessage]:
        if self.recover is not None and self.not_in_first is not None and self.recover > self.not_in_first:
            yield (
                ("recover",),
                f"recover ({self.recover}) must not lie over not_in_first ({self.not_in_first})",
            )

    @property
    def places(self) -> int:
        """How many places the limit has."""
        places = self.in_last if self.in_last is not None else self.not_in_first
        assert places is not None
        return places

    def limits(self, of: int) -> tuple[int, int]:
        """Return the last place that is no breach, and the last one that is well, among so many."""
        recover = self.places if self.recover is None else self.recover
        return (self.places, recover) if self.in_last is None else (of - self.places, of - recover)

    @property
    def least(self) -> int:
        """How many must be ranked."""
        return self.places + 1 if self.of_at_least is None else self.of_at_least


class Condition(Section):
    """What must be so of a KPI record: exactly one of `KINDS`."""

    above: Limit | None = None
    """A value over this is a breach, in the KPI's unit; with `of`, a share such as 150 %."""
    below: Limit | None = None
    """A value under this is a breach."""
    of: Reference | None = None
    """Of what the limit is a share: the target, the pace, the period before, the baseline, the team."""
    recover: Limit | None = None
    """Well again at this value, or on its good side; default: the limit."""
    higher_than: Reference | None = None
    """A value over this is a breach, if it is so by as much as `by` says."""
    lower_than: Reference | None = None
    """A value under this is a breach, if it is so by as much as `by` says."""
    by: Annotated[float, Field(ge=0)] | Percent = 0.0
    """How much worse than that, in the KPI's unit or as a share of it: 20 %."""
    recover_by: Annotated[float, Field(ge=0)] | Percent | None = None
    """Well again when it is worse by no more than this; default: `by`."""
    reached: Limit | None = None
    """A milestone: good news as soon as the value is here, and until the period ends."""
    rank: Rank | None = None
    """A place among the reps of the team."""
    no_data: Duration | None = None
    """Nothing came for so long."""
    working_time: bool = False
    """Of `no_data`: count working time only, as the catalog's calendar has it."""
    elapsed_at_least: Share | None = None
    """Only once so much of the period's working time has passed."""
    all_: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=PARTS_MAX)] | None = Field(
        None, alias="all", description="Every one of these is a breach."
    )
    any_: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=PARTS_MAX)] | None = Field(
        None, alias="any", description="At least one of these is a breach."
    )

    @together
    def _says_one_thing(self) -> Iterator[PathMessage]:
        if len(self.kinds) > 1:
            yield (), f"expected exactly one of {', '.join(KINDS)}, found {' and '.join(self.kinds)}"

    @together
    def _of_a_limit(self) -> Iterator[PathMessage]:
        return self._belongs("of", self.of is not None, "above", "below", "reached")

    @together
    def _recover_of_a_limit(self) -> Iterator[PathMessage]:
        return self._belongs("recover", self.recover is not None, "above", "below")

    @together
    def _by_of_a_distance(self) -> Iterator[PathMessage]:
        return self._belongs("by", self.by != 0, "higher_than", "lower_than")

    @together
    def _recover_by_of_a_distance(self) -> Iterator[PathMessage]:
        return self._belongs("recover_by", self.recover_by is not None, "higher_than", "lower_than")

    @together
    def _working_time_of_silence(self) -> Iterator[PathMessage]:
        return self._belongs("working_time", self.working_time, "no_data")

    def _belongs(self, name: str, given: bool, *kinds: str) -> Iterator[PathMessage]:
        if given and self.kinds and not {*self.kinds} & {*kinds}:
            yield (name,), f"{name} belongs to {' or '.join(kinds)}, not to {self.kinds[0]}"

    @together
    def _recovers_under(self) -> Iterator[PathMessage]:
        if self.recover is not None and self.above is not None and self.recover > self.above:
            yield ("recover",), f"recover ({self.recover:g}) must not lie over above ({self.above:g})"

    @together
    def _recovers_over(self) -> Iterator[PathMessage]:
        if self.recover is not None and self.below is not None and self.recover < self.below:
            yield ("recover",), f"recover ({self.recover:g}) must not lie under below ({self.below:g})"

    @together
    def _recovers_by_less(self) -> Iterator[PathMessage]:
        if self.recover_by is None:
            return
        if isinstance(self.by, str) != isinstance(self.recover_by, str):
            yield ("recover_by",), "by and recover_by must both be shares (20 %) or both be numbers"
        elif amount(self.recover_by) > amount(self.by):
            yield ("recover_by",), f"recover_by ({self.recover_by}) must not lie over by ({self.by})"

    @together
    def _whole_parts(self) -> Iterator[PathMessage]:
        if self.depth > DEPTH_MAX:
            yield (), f"all and any may stand in each other {DEPTH_MAX} deep"
        for name, parts in (("all", self.all_), ("any", self.any_)):
            for place, part in enumerate(parts or ()):
                yield from (((name, place), said) for said in readable(part.no_part()))

    def no_part(self) -> Iterator[str]:
        """Yield why it can't stand in another condition, or be a level."""
        if not self.kinds:
            yield f"needs exactly one of {', '.join(KINDS)}"
        elif self.reached is not None:
            yield "a milestone (reached) stands alone"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which of the kinds are given: one, where the condition is whole."""
        return tuple(
            kind
            for kind in KINDS
            if getattr(self, {"all": "all_", "any": "any_"}.get(kind, kind)) is not None
        )

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The conditions of an `all` or `any`."""
        return self.all_ or self.any_ or ()

    @property
    def depth(self) -> int:
        """How deep `all` and `any` stand in each other."""
        return 1 + max(part.depth for part in self.parts) if self.parts else 0

    @property
    def reference(self) -> Reference | None:
        """What the value is compared with."""
        return self.of or self.higher_than or self.lower_than

    @property
    def leaves(self) -> tuple["Condition", ...]:
        """This condition and all that stand in it."""
        return (self, *(leaf for part in self.parts for leaf in part.leaves))


def amount(by: float | str) -> float:
    """Return a distance as a number; a share as 0–1."""
    return float(percent(by))
