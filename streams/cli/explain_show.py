"""How an explanation is shown: as tables for people, as one object for programs."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from processors.explaining.fact_ledger import Origin, Told
from processors.explaining.inquiry import Part
from processors.publishing.records import rfc3339
from schemas.catalog import Catalog
from schemas.catalogs.facts import catalog_facts
from schemas.fact import MICRO, FactKind
from schemas.generators.formula_words import formula
from streams.cli.output import new_table, print_lines, print_table
from streams.cli.units import counted, duration, humanise, number

_IN_SHARE = {True: "yes", False: "no", None: "–"}
FACTS_MAX = 50
"""A table has so many facts, the latest; `--json` has all."""


def show(catalog: Catalog, part: Part, as_of: str, unusable: int) -> None:
    """Print an explanation, the KPI first, then each of its parts."""
    print_lines(f"as of {as_of}", style="dim")
    if unusable:
        print_lines(f"{counted(unusable, 'event')} can't be used: see crm-pulse replay", style="dim")
    shown: dict[tuple[Told, ...], str] = {}
    known = catalog_facts(catalog)
    for one in _each(part):
        print_lines("", f"{one.key}  {_value(catalog, one)}{_target(catalog, one)}", style="bold")
        print_lines(f"{catalog.kpis[one.kpi].label} = {_worked(catalog, one)}")
        for kind, facts in _by_kind(one.facts).items():
            _show_facts(_sum(catalog, kind, known[kind], facts), known[kind], facts, one.kpi, shown)
        for kind, facts in _by_kind(one.taken_back).items():
            word = "ended" if known[kind].gauge else "taken back"
            _show_facts(f"{kind}, {word}: {len(facts):,}", known[kind], facts, one.kpi, shown)


def _each(part: Part) -> Iterator[Part]:
    """Yield a KPI and what it is made of, each once."""
    seen: dict[tuple[str, int | None], Part] = {}
    waiting = [part]
    while waiting:
        one = waiting.pop(0)
        if (one.key, one.until_us) not in seen:
            seen[one.key, one.until_us] = one
            waiting += one.parts
    yield from seen.values()


def _show_facts(
    title: str, kind: FactKind, facts: Sequence[Told], kpi: str, shown: dict[tuple[Told, ...], str]
) -> None:
    above = shown.setdefault((*facts,), kpi)
    if above != kpi:
        print_lines("", f"{title}, as under {above}")
        return
    left_out = len(facts) - FACTS_MAX
    note = [f"… and {left_out:,} before these: --json"] if left_out > 0 else []
    print_lines("", title)
    print_table(_table(kind, facts[-FACTS_MAX:]), *note)


def _worked(catalog: Catalog, part: Part) -> str:
    """Return the formula with the values of its parts in it."""
    # Of growth the period itself comes first, then the one before; of many reps none stands for all.
    named = () if catalog.kpis[part.kpi].attainment_share else [*reversed(part.parts)]
    values = {f"{one.kpi}@{_window(one)}": _value(catalog, one) for one in named}
    values |= {one.kpi: _value(catalog, one) for one in named if _window(one) == _window(part)}

    def shown(match: re.Match[str]) -> str:
        name = match[0]
        return f"{name} ({values[name]})" if name in values else name

    text = formula(catalog.kpis[part.kpi])
    return re.sub(r"`([^`]+)`", lambda quoted: re.sub(r"\w+(@\w+)?", shown, quoted[1]), text)


def _window(part: Part) -> str:
    return part.key.split("|")[1].partition(":")[0]


def _value(catalog: Catalog, part: Part) -> str:
    if part.until_us is not None:
        return f"until {rfc3339(part.until_us)}"
    if part.record is not None:
        return f"{_shown(catalog, part.record['unit'], part.record['value'])}, n {part.record['n']:,}"
    if part.unpublished is not None:
        value, n = part.unpublished
        return f"{_shown(catalog, catalog.kpis[part.kpi].unit, value)}, n {n:,}, private"
    return "private: no record" if catalog.kpis[part.kpi].private else "no record"


def _target(catalog: Catalog, part: Part) -> str:
    record = part.record
    if record is None or "target" not in record:
        return ""
    return f", target {_shown(catalog, record['unit'], record['target'])}"


def _shown(catalog: Catalog, unit: str, value: int | float | None) -> str:
    unit = catalog.currency if unit == "currency" else unit
    return (
        f"{number(value)} {unit}" if value is not None and unit == catalog.currency else humanise(value, unit)
    )


def _by_kind(facts: Sequence[Told]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for told in facts:
        found.setdefault(told.kind, []).append(told)
    return found


def _sum(catalog: Catalog, name: str, kind: FactKind, facts: Sequence[Told]) -> str:
    text = f"{name}: {len(facts):,} fact{'' if len(facts) == 1 else 's'}"
    accounts = {told.given_by.account for told in facts}
    text += f" of {len(accounts):,} account{'' if len(accounts) == 1 else 's'}"
    judged = [told.in_share for told in facts if told.in_share is not None]
    if judged:
        text += f", {sum(judged):,} of {len(judged):,} in the share"
    working = [told.working_us for told in facts if told.working_us is not None]
    values = working or [told.value for told in facts if told.value is not None]
    if not values:
        return text
    total = sum(values)
    shown = duration(total / MICRO) if kind.value == "duration" else number(total / MICRO)
    unit = f" {catalog.currency}" if kind.value == "money" else " of working time" if working else ""
    return f"{text}, in sum {shown}{unit}"


def _table(kind: FactKind, facts: Sequence[Told]) -> Table:
    value: tuple[str, ...] = ("value",) if kind.value is not None else ()
    value += ("working time",) if any(told.working_us is not None for told in facts) else ()
    share = ("in the share",) if any(told.in_share is not None for told in facts) else ()
    end = ("by event", "at") if facts[0].taken_by else ()
    table = new_table("counts at", *value, *share, "for", "given by", "of account", "at", *end, right=value)
    for told in facts:
        cells = [rfc3339(told.t_us), *_fact_values(kind, told)[: len(value)]]
        cells += [_IN_SHARE[told.in_share]] if share else []
        cells += [_whose(told), _event(told.given_by), told.given_by.account or "–", told.given_by.where]
        if told.taken_by is not None:
            cells += [_event(told.taken_by), told.taken_by.where]
        table.add_row(*map(Text, cells))
    return table


def _fact_values(kind: FactKind, told: Told) -> list[str]:
    """Return the value, and how much of it was working time."""
    written = duration if kind.value == "duration" else number
    return ["–" if one is None else written(one / MICRO) for one in (told.value, told.working_us)]


def _whose(told: Told) -> str:
    # What has no account has no team either, such as a price.
    whose = (("rep", told.rep), ("team", told.team or None), *told.dims)
    return " ".join(f"{name}={value}" for name, value in whose if value is not None)


def _event(origin: Origin) -> str:
    return f"{origin.type} {origin.source}/{origin.id}"


def as_json(catalog: Catalog, part: Part) -> dict[str, Any]:
    """Return an explanation for programs."""
    return {
        "key": part.key,
        "kpi": part.kpi,
        "formula": formula(catalog.kpis[part.kpi]).replace("`", ""),
        "record": part.record,
        **({} if part.unpublished is None else {"value": part.unpublished[0], "n": part.unpublished[1]}),
        **({} if part.until_us is None else {"until": rfc3339(part.until_us)}),
        "facts": [_fact(told) for told in part.facts],
        "taken_back": [_fact(told) for told in part.taken_back],
        "parts": [as_json(catalog, one) for one in part.parts],
    }


def _fact(told: Told) -> dict[str, Any]:
    value = None if told.value is None else told.value / MICRO
    found: dict[str, Any] = {
        "kind": told.kind,
        "time": rfc3339(told.t_us),
        "value": value,
        "rep": told.rep,
        "team": told.team,
        "dims": dict(told.dims),
        "event": _origin(told.given_by),
    }
    if told.working_us is not None:
        found["working_s"] = told.working_us / MICRO
    if told.in_share is not None:
        found["in_share"] = told.in_share
    if told.taken_by is not None:
        found["taken_back_by"] = _origin(told.taken_by)
    return found


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "type": origin.type,
        "source": origin.source,
        "id": origin.id,
        "time": rfc3339(origin.t_us),
        "account": origin.account,
        "at": origin.where,
    }
