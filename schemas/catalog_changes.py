"""A changed catalog: what it means for the state that was written under the one before.

State keeps what facts added up to (see `schemas.catalog_measures`), in local days. So what is new begins
empty, unless something else needed it before; and what changes the meaning of what was added up makes the
state wrong: it may not be used under the new catalog, but must be built again from the events.
"""

import json
from collections.abc import Iterator
from enum import Enum
from typing import Literal, NamedTuple

from pydantic import ValidationError

from schemas.catalog_facts import all_kinds, catalog_facts
from schemas.catalog_grammar import Catalog
from schemas.catalog_kpi import Kpi
from schemas.catalog_measures import GroupMeasure, measures, measures_of_all
from schemas.document import Section
from schemas.formula import Measure, Share


class Effect(Enum):
    """What a change does, from harmless to wrong."""

    SAME = "same"
    """Nothing that was added up is concerned."""
    HISTORY = "history"
    """Something is told that was not before, of what was added up anyway: its history is there."""
    FILLS = "fills"
    """Something is added up from now on; a rebuild would give it its history."""
    MIXED = "mixed"
    """Parts of a new KPI have a history, others begin now: where it reaches back it is wrong, until a rebuild."""
    WRONG = "wrong"
    """What was added up means something else now: a rebuild is needed."""


class Change(NamedTuple):
    """One change."""

    effect: Effect
    field: str
    """Where in the catalog: `calendar.timezone`, `kpis.calls`."""
    sentence: str
    """What it means, for the person who made it."""


class Changes(NamedTuple):
    """All changes, the gravest first."""

    changes: tuple[Change, ...]

    @property
    def effect(self) -> Effect:
        """The gravest effect."""
        return self.changes[0].effect if self.changes else Effect.SAME

    @property
    def rebuild(self) -> Literal["none", "to_fill", "required"]:
        """Whether state must be built again from the events, or would only gain history by it."""
        return {Effect.WRONG: "required", Effect.MIXED: "to_fill", Effect.FILLS: "to_fill"}.get(
            self.effect, "none"
        )  # type: ignore[return-value]

    def __str__(self) -> str:
        return "\n".join(f"{change.field}: {change.sentence}" for change in self.changes)


def catalog_text(catalog: Catalog) -> str:
    """Return the catalog as one text, which state keeps and `changes` reads; the same for the same catalog."""
    return json.dumps(
        catalog.model_dump(mode="json", by_alias=True, exclude_none=True),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def changes(before: str, after: Catalog) -> Changes:
    """Compare the catalog under which state was written, as `catalog_text` gave it, with the one to go on with."""
    if before == catalog_text(after):
        return Changes(())
    try:
        old = Catalog.model_validate_json(before, strict=True)
    except ValidationError:
        return Changes(
            (
                Change(
                    Effect.WRONG,
                    "catalog",
                    "the state's catalog is of a grammar that this version can't read",
                ),
            )
        )
    found = [*_calendar(old, after), *_money(old, after), *_definitions(old, after), *_kpis(old, after)]
    order = list(Effect)
    return Changes(tuple(sorted(found, key=lambda change: -order.index(change.effect))))


def _calendar(old: Catalog, new: Catalog) -> Iterator[Change]:
    was, now = old.calendar, new.calendar
    for field, what in (
        ("timezone", "days were added up in"),
        ("week_start", "accounts were counted once a week in weeks from"),
        (
            "fiscal_year_start_month",
            "accounts were counted once a quarter and year in fiscal years from month",
        ),
    ):
        before, after = getattr(was, field), getattr(now, field)
        if before != after:
            yield Change(Effect.WRONG, f"calendar.{field}", f"{what} {before}, not {after}")
    if (was.working_week(), was.holidays) != (now.working_week(), now.holidays):
        if _counts_working_time(old) and _counts_working_time(new):
            said = "durations in working time were added up by other working hours or holidays"
            yield Change(Effect.WRONG, "calendar", said)
        else:
            yield Change(
                Effect.SAME, "calendar", "other working hours or holidays: the pace of targets follows"
            )


def _money(old: Catalog, new: Catalog) -> Iterator[Change]:
    if old.currency != new.currency:
        yield Change(Effect.WRONG, "currency", f"amounts were added up in {old.currency}, not {new.currency}")
    for currency, rate in old.rates.items():
        now = new.rates.get(currency)
        if now is None:
            said = "amounts in it are no longer taken; those that were taken stay"
            yield Change(Effect.SAME, f"rates.{currency}", said)
        elif now != rate:
            said = f"{currency} was added up at {rate:g}, now it would be {now:g}"
            yield Change(Effect.WRONG, f"rates.{currency}", said)
    for currency in new.rates.keys() - old.rates.keys():
        yield Change(Effect.FILLS, f"rates.{currency}", f"amounts in {currency} count from now on")


def _definitions(old: Catalog, new: Catalog) -> Iterator[Change]:
    for name, span in old.spans.items():
        after = new.spans.get(name)
        if after is not None and after.model_copy(update={"says": span.says}) != span:
            yield Change(Effect.WRONG, f"spans.{name}", "its times were added up by another definition")
    for name, kpi in old.kpis.items():
        known, again = kpi.conversion, new.kpis[name].conversion if name in new.kpis else None
        if known and known.entity and again and again.entity and known != again:
            yield Change(Effect.WRONG, f"kpis.{name}", "its conversions were counted by another definition")
    gone, added = _without(old.stage_pairs, new.stage_pairs), _without(new.stage_pairs, old.stage_pairs)
    if gone:
        yield Change(
            Effect.SAME, "pipelines", f"the conversion of {gone} is no longer kept; what was counted stays"
        )
    if added:
        said = f"of {added} only deals that come to the first stage from now on would be known to have come there"
        yield Change(Effect.WRONG, "pipelines", f"{said}, but all that come to the second are counted")
    for window in new.rolling:
        if window not in old.rolling:
            yield Change(Effect.HISTORY, f"rolling.{window}", "made of what was added up before")


def _kpis(old: Catalog, new: Catalog) -> Iterator[Change]:
    kept = measures_of_all(old)
    for name, kpi in new.kpis.items():
        if kpi.private:
            continue
        before = old.kpis.get(name)
        missing = measures(name, new) - kept
        if before is None or before.private:
            yield _added(name, missing, measures(name, new), new)
        elif kpi != before or missing:
            yield from _changed(name, before, kpi, missing, old, new)
    for name, kpi in old.kpis.items():
        if not kpi.private and (name not in new.kpis or new.kpis[name].private):
            yield Change(Effect.SAME, f"kpis.{name}", "has no records any more")


def _added(
    name: str, missing: frozenset[GroupMeasure], needed: frozenset[GroupMeasure], new: Catalog
) -> Change:
    if not missing:
        return Change(Effect.HISTORY, f"kpis.{name}", "new, and made of what was added up before")
    if open_ := _open(name, missing, new):
        return Change(Effect.WRONG, f"kpis.{name}", f"new: {open_}")
    if missing == needed:
        return Change(Effect.FILLS, f"kpis.{name}", "new: it fills from now on")
    said = f"new: {_listed(missing)} begins now, but the rest of it has a history"
    return Change(Effect.MIXED, f"kpis.{name}", f"{said}, so that it is wrong where it reaches back")


def _changed(
    name: str, before: Kpi, after: Kpi, missing: frozenset[GroupMeasure], old: Catalog, new: Catalog
) -> Iterator[Change]:
    field = f"kpis.{name}"
    groups = {signature for signature, _ in measures(name, old)}
    inside = frozenset(one for one in missing if one[0] in groups)
    if inside:
        said = f"under the same id it would be made of {_listed(inside)}, which was not added up"
        yield Change(Effect.WRONG, field, f"{said}; give it another id, or rebuild")
    if missing - inside:
        where = {" × ".join(signature) or "company" for signature, _ in missing - inside}
        by = f"by {', '.join(sorted(where))}"
        open_ = _open(name, missing - inside, new)
        effect, said = (Effect.WRONG, open_) if open_ else (Effect.FILLS, "it fills from now on")
        yield Change(effect, field, f"{by} {said}")
    if before.max_values != after.max_values:
        said = "what was counted under `other` stays there, and what has its own value keeps it"
        yield Change(Effect.FILLS, f"{field}.max_values", said)
    if not missing and _meaning(before) != _meaning(after):
        yield Change(Effect.HISTORY, field, "another formula, of what was added up before")


def _open(name: str, missing: frozenset[GroupMeasure], new: Catalog) -> str:
    """Say what would be wrong of facts that last until they are taken back; empty where there are none.

    Those that last already were never added, and would be taken off all the same.
    """
    words = {word for _, measure in missing for word in measure.split()}
    facts = catalog_facts(new)
    lasting = sorted(
        kind for kind in all_kinds(name, new) if kind in words and (facts[kind].gauge or facts[kind].now_only)
    )
    return (
        f"of {', '.join(lasting)} it would count off what began before, which it never counted"
        if lasting
        else ""
    )


def _meaning(kpi: Kpi) -> tuple[object, ...]:
    """Return what a formula says, the same however its conditions are written."""
    body = kpi.body
    wheres = {name: getattr(body, name, None) for name in ("where", "among")}
    texts = [where.canonical if where is not None else "" for where in wheres.values()]
    given = [name for name, where in wheres.items() if where is not None]
    plain = body.model_copy(update=dict.fromkeys(given)) if given and isinstance(body, Section) else body
    return kpi.formula, plain, *texts, *sorted(kpi.instead.items())


def _counts_working_time(catalog: Catalog) -> bool:
    bodies = (kpi.body for kpi in catalog.kpis.values())
    return any(span.business for span in catalog.spans.values()) or any(
        body.business for body in bodies if isinstance(body, Measure | Share)
    )


def _without(pairs: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{first} → {second}" for first, second in pairs if (first, second) not in others)


def _listed(found: frozenset[GroupMeasure]) -> str:
    return ", ".join(sorted({measure for _, measure in found}))
