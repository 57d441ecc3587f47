"""The grammar of rules: which value of a KPI, of whom, for how long, is worth an alert.

`load_rules` reads a file, lays it over the standard rules when it says `extends: standard`, and checks
names against the catalog's KPIs and windows. docs/alerts.md explains the fields to users.
"""

from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from schemas import duration
from schemas.absence_rule import AbsenceName, AbsenceRule, with_standard
from schemas.document import Faults, Section, check, parse, unknown

STANDARD = "schemas/rules.yaml"
FOR_D_MAX = 30

Severity = Literal["critical", "warning", "info"]
Dimension = Literal[
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


def duration_us(text: object) -> int:
    """Read `90s`, `5m`, `1h 30m`, `2d` as microseconds. Raises ValueError with a sentence."""
    return duration.duration_us(text, FOR_D_MAX)


class Rule(Section):
    """One rule: it watches one KPI in one window, separately for each team, rep or other dimension."""

    title: str = ""
    severity: Severity = "warning"
    kpi: str
    window: str
    for_each: Literal["company"] | Dimension | Annotated[tuple[Dimension, ...], Field(min_length=1)] = (
        "company"
    )
    above: float | None = None
    below: float | None = None
    recover: float | None = None
    for_us: Annotated[int, BeforeValidator(duration_us)] = Field(0, alias="for")
    min_n: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _makes_sense(self) -> "Rule":
        if (self.above is None) == (self.below is None):
            raise ValueError("expected exactly one of above and below")
        if len(set(self.dimensions)) < len(self.dimensions):
            raise ValueError("for_each names a dimension twice")
        if self.recover is not None:
            if self.above is not None and self.recover > self.above:
                raise ValueError(f"recover ({self.recover:g}) must not lie over above ({self.above:g})")
            if self.below is not None and self.recover < self.below:
                raise ValueError(f"recover ({self.recover:g}) must not lie under below ({self.below:g})")
        return self

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimensions of the KPI keys that it watches, in the order of the keys."""
        if self.for_each == "company":
            return ()
        return (self.for_each,) if isinstance(self.for_each, str) else tuple(sorted(self.for_each))

    @property
    def threshold(self) -> float:
        """The limit: a value beyond it is a breach."""
        limit = self.above if self.above is not None else self.below
        assert limit is not None
        return limit

    @property
    def recovery(self) -> float:
        """The value at which, or on its good side, an alert resolves."""
        return self.threshold if self.recover is None else self.recover


_LIMITS = {"above", "below", "recover"}
RuleName = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,59}$")]
Known = Mapping[str, Collection[str]]
"""The windows of each KPI of the catalog."""


class RulesFile(Section):
    """A file of rules, by name."""

    extends: Literal["standard"] | None = None
    rules: dict[RuleName, Rule]
    absences: dict[AbsenceName, AbsenceRule] = Field(default_factory=dict)
    """What waits for too long; see `load_absences`."""


def standard_text() -> str:
    """Return the YAML of the standard rules."""
    return files("schemas").joinpath("rules.yaml").read_text("utf-8")


def load_rules(known: Known, text: str | bytes | None = None, file: str = STANDARD) -> dict[str, Rule]:
    """Return the rules in `text` by name, the standard ones by default. Raises `Faults` with every mistake.

    A standard rule whose KPI or window the catalog does not have is left out; one of the file's own is a
    mistake.
    """
    if text is None:
        return _standard(known)
    document = parse(text, file)
    own = document.data.get("rules")
    names = set(own) if isinstance(own, dict) else set()
    if document.data.get("extends") == "standard" and (own is None or isinstance(own, dict)):
        document.data = {**document.data, "rules": _overlaid(own or {})}
    document.data = with_standard(document.data)
    found = document.data.get("rules")
    given = {name: rule for name, rule in found.items() if name in names} if isinstance(found, dict) else {}
    faults = [document.fault(path, message) for path, message in _name_faults(given, known)]
    try:
        rules = check(RulesFile, document).rules
    except Faults as wrong:
        raise Faults([*wrong.faults, *faults]) from None
    if faults:
        raise Faults(faults)
    return {name: rule for name, rule in rules.items() if name in names or _fits(rule, known)}


def _standard(known: Known) -> dict[str, Rule]:
    rules = check(RulesFile, parse(standard_text(), STANDARD)).rules
    return {name: rule for name, rule in rules.items() if _fits(rule, known)}


def _fits(rule: Rule, known: Known) -> bool:
    return rule.window in known.get(rule.kpi, ())


def _name_faults(rules: Mapping[str, Any], known: Known) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what is wrong with the names in rules not checked yet, as far as they are names at all."""
    for name, rule in rules.items():
        kpi, window = (rule.get("kpi"), rule.get("window")) if isinstance(rule, dict) else (None, None)
        if isinstance(kpi, str) and kpi not in known:
            yield ("rules", name, "kpi"), unknown("KPI", kpi, known)
        elif isinstance(kpi, str) and isinstance(window, str) and window not in known[kpi]:
            yield ("rules", name, "window"), unknown(f"window of {kpi}", window, known[kpi])


def _overlaid(own: Mapping[str, Any]) -> dict[str, Any]:
    """Put the file's rules over the standard ones: a rule's fields one by one; `null` drops the rule."""
    rules: dict[str, Any] = dict(parse(standard_text(), STANDARD).data["rules"])
    for name, fields in own.items():
        if fields is None:
            rules.pop(name, None)
        elif isinstance(fields, dict) and name in rules:
            # A limit of one's own makes the standard's limit and recovery meaningless.
            replaced = _LIMITS if {"above", "below"} & {*fields} else set()
            rules[name] = {key: value for key, value in rules[name].items() if key not in replaced} | fields
        else:
            rules[name] = fields
    return rules
