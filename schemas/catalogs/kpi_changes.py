"""What changed KPIs mean for state: what of them was added up before, and what begins now.

See `schemas.catalogs.changes`.
"""

from collections.abc import Iterator

from schemas.catalogs.effect import Change, Effect
from schemas.catalogs.facts import all_kinds, catalog_facts
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import Kpi
from schemas.catalogs.measures import GroupMeasure, measures, measures_of_all
from schemas.files.document import Section

FIRST_TOUCH = "lead_response"
"""The kind of fact that needs to be known of a lead from its beginning: whether somebody got in touch with it."""

TOLD_LATER = frozenset({"deal_cohort_won", "lead_cohort_converted", "stage_reached"})
"""Kinds of fact that count where something earlier does."""


def kpi_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    """Yield what the KPIs of one catalog mean under state that was written under another."""
    kept = measures_of_all(old)
    for name, kpi in new.kpis.items():
        if kpi.private:
            continue
        before = old.kpis.get(name)
        missing = measures(name, new) - kept
        if before is None or before.private:
            yield _added(name, missing, kept, new)
        elif kpi != before or missing:
            yield from _changed(name, before, kpi, missing, old, new)
    left = measures_of_all(new)
    for name, kpi in old.kpis.items():
        if not kpi.private and (name not in new.kpis or new.kpis[name].private):
            lost = measures(name, old) - left
            said = f"has no records any more{f', and {_listed(lost)} is no longer kept' if lost else ''}"
            yield Change(Effect.SAME, f"kpis.{name}", said)


def _added(
    name: str, missing: frozenset[GroupMeasure], kept: frozenset[GroupMeasure], new: Catalog
) -> Change:
    if not missing:
        return Change(Effect.HISTORY, f"kpis.{name}", "new, and made of what was added up before")
    if unknown := _open(name, missing, new) or _untold(missing, kept):
        return Change(Effect.WRONG, f"kpis.{name}", f"new: {unknown}")
    if later := _told_later(name, new):
        said = f"new: {later} counts from now on for what came before, too, so that it is wrong where it reaches back"
        return Change(Effect.MIXED, f"kpis.{name}", said)
    if missing == measures(name, new):
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


def _untold(missing: frozenset[GroupMeasure], kept: frozenset[GroupMeasure]) -> str:
    """Say what would be wrong of facts that need what nobody took down before; empty where there are none."""
    words, known = ({word for _, measure in found for word in measure.split()} for found in (missing, kept))
    if FIRST_TOUCH not in words or FIRST_TOUCH in known:
        return ""
    return f"of {FIRST_TOUCH} it would take the next touch of leads that came before for their first"


def _told_later(name: str, new: Catalog) -> str:
    """Return the kinds of fact of a KPI that are told later than they count."""
    return ", ".join(kind for kind in all_kinds(name, new) if kind in TOLD_LATER)


def _meaning(kpi: Kpi) -> tuple[object, ...]:
    """Return what a formula says, the same however its conditions are written."""
    body = kpi.body
    wheres = {name: getattr(body, name, None) for name in ("where", "among")}
    texts = [where.canonical if where is not None else "" for where in wheres.values()]
    given = [name for name, where in wheres.items() if where is not None]
    plain = body.model_copy(update=dict.fromkeys(given)) if given and isinstance(body, Section) else body
    return kpi.formula, plain, *texts, *sorted(kpi.instead.items())


def _listed(found: frozenset[GroupMeasure]) -> str:
    return ", ".join(sorted({measure for _, measure in found}))
