"""One rule about one KPI key, and what of it is written to the changelog.

Key: the alert's id. Value: JSON with the fence (the offset on `crm.kpis` up to which it is true), the
machine's state, the last alert told, and what is decided but not yet told. `cut` has the partition's cut.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from processors.alerts.sends import in_seconds
from processors.alerts.telling import Label, Said
from processors.judging.limit_words import limit_words
from processors.judging.rule_memory import severity_of
from processors.judging.rule_state import OPEN, State, alert_state
from processors.judging.summary import removed_summary, summary
from processors.judging.terms import Terms
from processors.partition import StateItem
from processors.publishing.records import rfc3339
from processors.rules import finding_of
from processors.working_time.business_time import BusinessTime
from schemas.alert import Alert, AlertState, Reason, alert_id
from schemas.kpi import dims_of
from schemas.rule import Rule


class Saved(msgspec.Struct, frozen=True):
    """A cell as the changelog has it."""

    fence: int
    rule: str
    kpi_key: str
    rule_hash: str
    state: State
    last: Alert | None
    untold: list[Said]


_encode = msgspec.json.Encoder().encode
read_saved = msgspec.json.Decoder(Saved).decode


class Cell:
    """The machine of one rule and one KPI key."""

    __slots__ = (
        "dims", "fence", "id", "kpi", "kpi_key", "last", "name", "period", "rule", "rule_hash", "state",
        "untold", "window",
    )  # fmt: skip

    def __init__(self, name: str, rule: Rule | None, kpi_key: str, rule_hash: str = ""):
        self.name = name
        self.rule = rule
        """None when the rule was removed and only its alert is left to be closed."""
        self.rule_hash = rule_hash
        """Of the rule by which the state was last judged."""
        self.kpi_key = kpi_key
        self.id = alert_id(name, kpi_key)
        self.kpi, window, dims = kpi_key.split("|", 2)
        self.window, _, period = window.partition(":")
        self.period = period or None
        self.dims = dims_of(dims)
        self.state = State()
        self.last: Alert | None = None
        """What was told last; None when nothing was, or it was withdrawn."""
        self.untold: list[Said] = []
        self.fence = -1
        """The offset up to which the restored state is true."""

    @property
    def label(self) -> Label | None:
        """What the cell is counted under; None when there is no alert."""
        state = alert_state(self.state.phase)
        if state is None:
            return None
        if self.rule is not None:
            return self.name, severity_of(self.rule, self.state), state
        return self.name, self.last.severity if self.last else self.state.severity, state

    def say(self, reason: Reason, terms: Terms, working: BusinessTime | None = None) -> Said:
        """Return what is to be told of the step just taken, and remember it as the last thing told."""
        self.last = self._alert(reason, terms, working)
        return Said(self.last, reason, self.state.revision, self.id)

    def _alert(self, reason: Reason, terms: Terms, working: BusinessTime | None) -> Alert | None:
        state, label = self.state, terms.label(self.kpi)
        now = alert_state(state.phase)
        if now is None:
            return None
        said = msgspec.structs.replace(state, unit=terms.unit(state.unit))
        updated = rfc3339(state.updated_us)
        ends = updated if now is AlertState.RESOLVED else None
        if self.rule is None:
            assert self.last is not None
            return msgspec.structs.replace(
                self.last,
                state=now,
                reason=reason,
                updated_at=updated,
                ends_at=ends,
                revision=state.revision,
                summary=removed_summary(label, self.window, self.period, self.dims, said),
            )
        rule = self.rule
        finding = finding_of(rule, state, working)
        # Where there is nothing to compare with any more, the limit was what it was last.
        limit = finding.limit
        if limit is None:
            limit = 0.0 if self.last is None else self.last.threshold
        words = limit_words(finding, said.unit, state.compared)
        return Alert(
            id=self.id,
            rule=self.name,
            severity=severity_of(rule, state),
            state=now,
            reason=reason,
            kpi=self.kpi,
            window=self.window,
            period=self.period,
            dims=self.dims,
            value=state.value,
            threshold=limit,
            limit=words.bad,
            target=state.target,
            n=state.n,
            unit=state.unit,
            starts_at=rfc3339(state.since_us),
            updated_at=updated,
            ends_at=ends,
            summary=summary(rule, label, self.window, self.period, self.dims, said, finding, words),
            revision=state.revision,
            labels=rule.labels,
            owner=rule.owner,
            renotify_s=in_seconds(rule.renotify_us),
            escalate_after_s=in_seconds(rule.escalate_after_us),
            cool_down_s=in_seconds(rule.cool_down_us),
            fired_at=rfc3339(state.fired_us) if state.fired_us else None,
        )

    @property
    def must_be_kept(self) -> bool:
        """Whether the state has something to lose: an alert's revision, or one to go on from, a record to be judged
        again, words not yet told."""
        state = self.state
        return state.revision > 0 or state.is_held or bool(self.untold)

    @property
    def is_open(self) -> bool:
        """Whether an alert is pending, firing or without data."""
        return self.state.phase in OPEN

    def saved(self, fence: int) -> StateItem:
        """Serialise, true at `fence`."""
        value = Saved(fence, self.name, self.kpi_key, self.rule_hash, self.state, self.last, self.untold)
        return self.id.encode(), _encode(value)


def rule_hash(rule: Rule) -> str:
    """Return a word that changes when anything about the rule does, and not when the grammar learns more."""
    return sha256(rule.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:16]


def restored_cell(saved: Saved, rules: Mapping[str, Rule]) -> Cell:
    """Return a cell as the changelog has it; one that no rule watches any more has none."""
    rule = rules.get(saved.rule)
    cell = Cell(saved.rule, rule, saved.kpi_key, saved.rule_hash)
    if rule is not None and not watches(rule, cell.kpi, cell.window, cell.dims):
        cell.rule = None
    cell.state, cell.last, cell.fence = saved.state, saved.last, saved.fence
    cell.untold = [said if said.id else msgspec.structs.replace(said, id=cell.id) for said in saved.untold]
    return cell


def watches(rule: Rule, kpi: str, window: str, dims: dict[str, Any]) -> bool:
    """Say whether a rule is about a KPI key."""
    return (rule.kpi, rule.window, rule.dimensions) == (kpi, window, (*sorted(dims),))
