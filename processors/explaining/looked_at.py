"""What a formula looks at in a fact: working time instead of the time that passed, and whether it is in a share."""

from processors.explaining.fact_ledger import Told
from processors.working_time.business_time import BusinessTime
from schemas.catalogs.condition import Where
from schemas.catalogs.formula import Distinct, Measure, Selection, Share
from schemas.catalogs.kpi import Kpi
from schemas.fact import MICRO


def looked_at(kpi: Kpi) -> Where | None:
    """Return the condition without which a formula looks at no fact; that of a share's part is none."""
    match kpi.body:
        case Selection(where=where) | Measure(where=where) | Distinct(where=where) | Share(among=where):
            return where
    return None


def as_looked_at(kpi: Kpi, told: Told, time: BusinessTime) -> Told:
    """Return a fact with what the KPI's own formula makes of it."""
    match kpi.body:
        case Measure(business=True):
            return told._replace(working_us=_working_us(told, time))
        case Share(part=Where() as part, at_most_s=None):
            return told._replace(in_share=part.id in told.marks)
        case Share(at_most_s=float() | int() as limit_s, business=business):
            working_us = _working_us(told, time) if business else None
            value = working_us if business else told.value
            # A fact without a value is neither in the share nor beside it.
            is_in = None if value is None else value <= round(limit_s * MICRO)
            return told._replace(working_us=working_us, in_share=is_in)
    return told


def _working_us(told: Told, time: BusinessTime) -> int | None:
    """Return how much of a duration was working time; it ended when the fact counts."""
    return None if told.value is None else time.business_us(told.t_us - told.value, told.t_us)
