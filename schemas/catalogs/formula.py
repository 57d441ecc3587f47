"""The formulas of KPIs, one section for each kind. A KPI has exactly one of them.

Facts are named in formulas that add them up, KPIs in those that put values together.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from schemas.catalogs.condition import Where, both
from schemas.catalogs.retention import LONGEST_D
from schemas.duration import duration_us
from schemas.events.fields import NUMBER_MAX
from schemas.files.document import Section, together
from schemas.files.fault import PathMessage

Names = Annotated[tuple[str, ...], Field(min_length=1)]
OneOrMore = str | Names


def several(names: OneOrMore | None) -> tuple[str, ...]:
    """Return one name or a list of names as a tuple."""
    return () if names is None else (names,) if isinstance(names, str) else names


class Selection(Section):
    """Facts of some kinds, of which only those whose completing event passes `where`."""

    of: OneOrMore
    """A kind of fact, or several."""
    where: Where | None = None
    """Only facts whose completing event has these fields."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fact."""
        return several(self.of)


class Measure(Section):
    """The values of facts of a kind: durations in seconds, money, scores."""

    of: str
    """A kind of fact that has a value."""
    where: Where | None = None
    """Only facts whose completing event has these fields."""
    business: bool = False
    """Of durations count working time only, as the calendar has it."""


class Percentile(Measure):
    """The value under or at which the share `q` of the values lies (nearest rank)."""

    q: Annotated[float, Field(gt=0, lt=1)]
    """The share: 0.5 is the median."""


class Share(Section):
    """Of the facts of a kind, the share whose duration is at most a limit, or that pass `where`."""

    of: str
    """A kind of fact."""
    among: Where | None = None
    """Only facts like these are looked at; the others are not in the total either."""
    where: Where | None = None
    """What makes a fact one of the share."""
    at_most_s: Annotated[float, Field(ge=0, le=NUMBER_MAX)] | None = None
    """The limit in seconds, for facts with a duration."""
    business: bool = False
    """Of durations count working time only, as the calendar has it."""

    @together
    def _one_test(self) -> Iterator[PathMessage]:
        if (self.where is None) == (self.at_most_s is None):
            yield (), "expected exactly one of at_most_s and where"

    @together
    def _business_of_a_limit(self) -> Iterator[PathMessage]:
        if self.business and self.at_most_s is None:
            yield ("business",), "business needs at_most_s"

    @property
    def part(self) -> Where | None:
        """The condition of what is above the line, for a share by `where`."""
        return both(self.among, self.where)


class Distinct(Section):
    """How many different accounts have such a fact."""

    accounts: OneOrMore
    """A kind of fact, or several: an account with any of them counts."""
    where: Where | None = None
    """Only facts whose completing event has these fields."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fact."""
        return several(self.accounts)


class Ratio(Section):
    """One KPI, or the sum of several, divided by another, or by the sum of several."""

    numerator: OneOrMore
    """Above the line: KPIs that count or sum."""
    denominator: OneOrMore
    """Below the line: KPIs that count or sum. Its n is the KPI's."""
    scale: Annotated[float, Field(gt=0, le=NUMBER_MAX)] = 1
    """The quotient is multiplied by this: 100 gives percents."""

    @property
    def numerators(self) -> tuple[str, ...]:
        """The KPIs above the line."""
        return several(self.numerator)

    @property
    def denominators(self) -> tuple[str, ...]:
        """The KPIs below the line."""
        return several(self.denominator)


class Growth(Section):
    """A KPI in the period ÷ the same in the period before − 1."""

    of: str
    """A KPI that counts or sums."""
    same_elapsed: bool = False
    """Compare with the same elapsed part of the period before, not with the whole of it."""


def _within_us(text: object) -> int:
    return duration_us(text, LONGEST_D)


class Conversion(Section):
    """Of what came to `base`, the share that also came to `reached`; counted when it came to `base`.

    Without `entity` both are kinds of fact of which tracking makes pairs. With it both are types of event,
    and each `entity` counts once, with its first event of type `base`; it has reached when an event of type
    `reached` follows it (`within` so long, where that is said).
    """

    base: str
    """A kind of fact; with `entity` a type of event."""
    reached: str
    """A kind of fact; with `entity` a type of event."""
    entity: str | None = None
    """The field that says which events belong together: `account`, `deal`, `lead`, …"""
    within_us: (
        Annotated[
            int,
            BeforeValidator(_within_us),
            PlainSerializer(lambda us: f"{us // 1_000_000}s", str, when_used="json"),
            WithJsonSchema({"type": "string", "examples": ["14d"]}),
        ]
        | None
    ) = Field(None, alias="within", description="How soon it must follow, such as `14d`; default: ever.")

    @together
    def _within_of_an_entity(self) -> Iterator[PathMessage]:
        if self.within_us is not None and self.entity is None:
            yield ("within",), "within needs entity"


class Predicted(Section):
    """What an account is expected to spend, by a model fitted to what all accounts bought so far."""

    model: Literal["bg_nbd"]
    """`bg_nbd`: BG/NBD says how often an account will buy, Gamma-Gamma what it spends each time."""
    horizon_d: Annotated[int, Field(ge=1, le=3_650)] = 365
    """How many days ahead are counted. Nothing is discounted."""
    holdout_d: Annotated[int, Field(ge=1, le=730)] = 90
    """The last days so many are held back once, to say how far off the model would have been."""
    repeat_accounts_min: Annotated[int, Field(ge=10, le=1_000_000)] = 50
    """With fewer accounts that bought on two days or more there is no value."""


class Churn(Section):
    """Of those active at the start of a calendar period, the share that left in it."""

    active: str
    """The gauge of who is active."""
    left: str
    """The kinds of fact that say who left, without the period at their end: `customer_churned`."""
    complement: bool = False
    """The share that did not leave: retention."""
