"""A KPI of the catalog: its names, its formula, and the groups and windows in which it is kept."""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from schemas.catalogs.expression import Expression, Reference, parse_expression, reference
from schemas.catalogs.formula import (
    Churn,
    Conversion,
    Distinct,
    Growth,
    Measure,
    Names,
    OneOrMore,
    Percentile,
    Predicted,
    Ratio,
    Selection,
    Share,
)
from schemas.events.directory import CALENDAR_WINDOWS
from schemas.files.document import Section, together
from schemas.files.fault import PathMessage

Unit = Literal["count", "seconds", "ratio", "percent", "currency", "score", "years", "index", "number"]
Format = Literal["number", "percent", "currency", "duration"]
Level = Literal["company", "team", "rep"]
LEVELS: tuple[Level, ...] = ("company", "team", "rep")

FORMULAS = (
    "count",
    "sum",
    "mean",
    "percentile",
    "share",
    "distinct",
    "ratio",
    "expression",
    "growth",
    "conversion",
    "gauge",
    "gauge_sum",
    "oldest",
    "churn",
    "attainment",
    "attainment_share",
    "predicted",
)

PERIOD_WINDOWS = (*CALENDAR_WINDOWS, "all_time")
MAX_VALUES = 1000


class Arithmetic(NamedTuple):
    """The formula `expression`, read: what it computes, and whose n it has."""

    expression: Expression
    n: Reference


class Attainment(NamedTuple):
    """The formulas `attainment` and `attainment_share`: of which KPI's targets."""

    of: str


Body = (
    Selection
    | Measure
    | Percentile
    | Share
    | Distinct
    | Ratio
    | Growth
    | Conversion
    | Churn
    | Predicted
    | Arithmetic
    | Attainment
)
"""A formula with its short form written out; `Kpi.formula` says of which kind it is."""


def _readable(read: Callable[[str], object]) -> Callable[[str], str]:
    def check(text: str) -> str:
        read(text)
        return text

    return check


class Kpi(Section):
    """A KPI: exactly one formula, and the dimensions and windows in which it is kept."""

    label: str
    """The name that people see."""
    description: str = ""
    """What it says, in a sentence."""
    unit: Unit
    """What its values are."""
    format: Format | None = None
    """How its values are shown, where that does not follow from the unit."""
    direction: Literal["up", "down"] = "up"
    """Which way is better."""
    owner: str = ""
    """Who answers for the definition."""
    source: str = ""
    """Where the definition comes from."""
    min_sample: Annotated[int, Field(ge=0)] = 0
    """With an n below this a value says little."""
    private: bool = False
    """Only a part of other KPIs; has no records."""

    count: OneOrMore | Selection | None = None
    """How many facts."""
    sum: str | Measure | None = None
    """The values of facts, added up."""
    mean: str | Measure | None = None
    """The mean of the values of facts."""
    percentile: Percentile | None = None
    """The value that a share of the facts do not exceed."""
    share: Share | None = None
    """The share of facts under a limit, or that pass a condition."""
    distinct: Distinct | None = None
    """How many different accounts."""
    ratio: Ratio | None = None
    """KPIs divided by KPIs."""
    expression: Annotated[str, AfterValidator(_readable(parse_expression))] | None = None
    """Arithmetic over KPIs: ids, `kpi@window`, numbers, + - * / and parentheses. Needs `n`."""
    growth: str | Growth | None = None
    """Growth against the period before."""
    conversion: Conversion | None = None
    """Of what came to a base, the share that reached something."""
    gauge: OneOrMore | Selection | None = None
    """How many are open now."""
    gauge_sum: str | Measure | None = None
    """The values of what is open now, added up."""
    oldest: str | Selection | None = None
    """The age of the oldest that is open now, in seconds."""
    churn: Churn | None = None
    """Of those active at the start of a period, the share that left in it."""
    attainment: str | None = None
    """A KPI ÷ its target for the period."""
    attainment_share: str | None = None
    """The share of the reps with a target on a KPI who reached it."""

    predicted: Predicted | None = None
    """What an account is expected to spend. Its records are made by `crm-pulse predict`."""

    n: Annotated[str, AfterValidator(_readable(reference))] | None = None
    """Whose n an expression has: a KPI, or `kpi@window`."""
    levels: tuple[Level, ...] = LEVELS
    """For whom it is kept: the company, each team, each rep; an `attainment_share` for the first two."""
    by: tuple[str | Names, ...] = ()
    """Dimensions beside these levels: each alone, those in a list together."""
    only_by: bool = False
    """Not by company, team and rep alone, but each entry of `by` crossed with them."""
    instead: dict[str, str] = Field(default_factory=dict)
    """In the groups of a dimension the value of another KPI, where its facts are others there."""
    windows: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """The windows in which it is kept; default: all that such a KPI can have."""
    max_values: Annotated[int, Field(ge=1, le=100_000)] = MAX_VALUES
    """How many values of a dimension are kept; what is over counts under `other`."""

    @together
    def _one_formula(self) -> Iterator[PathMessage]:
        given = [name for name in FORMULAS if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            yield (), f"expected exactly one of {', '.join(FORMULAS)}, found {found}"

    @together
    def _n_of_an_expression(self) -> Iterator[PathMessage]:
        if self.expression is not None and self.n is None:
            yield ("n",), "an expression needs 'n': the KPI whose n it has"
        if self.expression is None and self.n is not None:
            yield ("n",), "only an expression has 'n'"

    @model_validator(mode="after")
    def _levels_of_a_share_of_reps(self) -> "Kpi":
        # It can have no others, so nobody has to say so.
        if self.attainment_share is None or "levels" in self.model_fields_set:
            return self
        return self.model_copy(update={"levels": ("company", "team")})

    @property
    def formula(self) -> str:
        """Which of the formulas it has."""
        return next(name for name in FORMULAS if getattr(self, name) is not None)

    @property
    def body(self) -> Body:
        """Its formula with short forms written out: `count: call` is `Selection(of="call")`."""
        given = getattr(self, self.formula)
        match self.formula:
            case "count" | "gauge" | "oldest":
                return given if isinstance(given, Selection) else Selection(of=given)
            case "sum" | "mean" | "gauge_sum":
                return given if isinstance(given, Measure) else Measure(of=given)
            case "growth":
                return given if isinstance(given, Growth) else Growth(of=given)
            case "expression":
                assert self.n is not None
                return Arithmetic(parse_expression(given), reference(self.n))
            case "attainment" | "attainment_share":
                return Attainment(given)
            case _:
                body: Body = given
                return body

    @property
    def facts(self) -> tuple[str, ...]:
        """The kinds of fact that its formula names itself."""
        match self.body:
            case Selection(kinds=kinds) | Distinct(kinds=kinds):
                return kinds
            case Measure(of=kind) | Share(of=kind):
                return (kind,)
            case Conversion(base=base, reached=reached, entity=None):
                return (base, reached)
            case Churn(active=active, left=left):
                return (active, *(f"{left}_{window}" for window in CALENDAR_WINDOWS))
        return ()

    @property
    def terms(self) -> tuple[Reference, ...]:
        """The KPIs that its formula names, with the window where it says one; each once, in the order of its text."""
        found: list[Reference] = []
        match self.body:
            case Ratio(numerators=above, denominators=below):
                found = [Reference(part) for part in (*above, *below)]
            case Growth(of=part) | Attainment(of=part):
                found = [Reference(part)]
            case Arithmetic(expression=expression, n=n):
                found = [*expression.references, n]
        return tuple(dict.fromkeys(found))

    @property
    def references(self) -> tuple[Reference, ...]:
        """The KPIs that it names: those of its formula, and those that stand in for it."""
        return tuple(dict.fromkeys([*self.terms, *map(Reference, self.instead.values())]))

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of the KPIs that it names."""
        return tuple(dict.fromkeys(part.kpi for part in self.references))
