"""A changed catalog: what it means for the state that was written under the one before.

State keeps what facts added up to (see `schemas.catalogs.measures`), in local days. So what is new begins
empty, unless something else needed it before; and what changes the meaning of what was added up makes the
state wrong: it may not be used under the new catalog, but must be built again from the events.
"""

import json
from collections.abc import Iterator

from pydantic import ValidationError

from schemas.catalogs.effect import Change, Changes, Effect
from schemas.catalogs.facts import all_kinds
from schemas.catalogs.formula import Measure, Share
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi_changes import kpi_changes


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
    found = [*_calendar(old, after), *_money(old, after), *_definitions(old, after), *kpi_changes(old, after)]
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
    if added and all(_counts_stage_pairs(catalog) for catalog in (old, new)):
        said = f"of {added} only deals that come to the first stage from now on would be known to have come there"
        yield Change(Effect.WRONG, "pipelines", f"{said}, but all that come to the second are counted")
    for window in new.rolling:
        if window not in old.rolling:
            yield Change(Effect.HISTORY, f"rolling.{window}", "made of what was added up before")


def _counts_working_time(catalog: Catalog) -> bool:
    bodies = (kpi.body for kpi in catalog.kpis.values())
    return any(span.business for span in catalog.spans.values()) or any(
        body.business for body in bodies if isinstance(body, Measure | Share)
    )


def _counts_stage_pairs(catalog: Catalog) -> bool:
    return any(
        "stage_reached" in all_kinds(name, catalog) for name, kpi in catalog.kpis.items() if not kpi.private
    )


def _without(pairs: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{first} → {second}" for first, second in pairs if (first, second) not in others)
