"""An exported KPI value, and how its key's dims become labels."""

from typing import Final, Literal, NamedTuple, Self, get_args

from schemas.kpi import dims_of

Level = Literal["company", "team", "rep", "dimension"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

#: Between the values of dimensions that stand together.
ARROW: Final = " → "
#: A stage of null: where a deal is created.
NOTHING: Final = "–"


class KpiSample(NamedTuple):
    """One exported value; `team` and `rep` are empty where they don't apply, `value` may be None."""

    kpi: str
    window: str
    team: str
    rep: str
    value: float | None
    n: int
    target: float | None = None
    expected: float | None = None
    """What of the target should be reached by now."""
    dimension: str = ""
    """`channel`, or `from_stage,to_stage`; empty where it is of nothing but company, team or rep."""
    item: str = ""
    """The dimension's value: `phone`, or `discovery → proposal`."""


class Place(NamedTuple):
    """Whose a series is, in labels."""

    team: str = ""
    rep: str = ""
    dimension: str = ""
    item: str = ""

    @classmethod
    def of_level(cls, level: Level, who: str) -> Self:
        """Return the labels of the company, a team or a rep."""
        return cls(team=who if level == "team" else "", rep=who if level == "rep" else "")

    @classmethod
    def of_dims(cls, text: str) -> Self:
        """Return the labels of a dimension's value, or of several that stand together."""
        dims = dims_of(text)
        team = dims.pop("team", None) or ""
        item = ARROW.join(value or NOTHING for value in dims.values())
        return cls(team=team, dimension=",".join(dims), item=item)
