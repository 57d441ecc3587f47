"""One inquiry, quote, lead or deal with its alerts, and what of it is written to the changelog.

Key: kind and id. Value: JSON with the fence (the offset on `crm.waiting` up to which it is true), what tracking
told of it last, the machine of each rule that ever fired, and what is decided but not yet told. `cut` has the
partition's cut.
"""

from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from processors.alerts.restored import CUT
from processors.alerts.sends import in_seconds
from processors.alerts.telling import Label, Said
from processors.partition import StateItem
from processors.publishing.records import rfc3339
from processors.waiting.absence import Absence
from processors.waiting.steps import Phase, Standing, alert_state
from processors.waiting.summary import removed_summary, summary
from schemas.alert import Alert, AlertState, Number, Reason, alert_id
from schemas.kpi import dims_text
from schemas.waiting import Version, Waiting


class Machine(msgspec.Struct):
    """A rule's state about an entity, and the alert told last; None when nothing was, or it was withdrawn."""

    standing: Standing
    last: Alert | None = None


class Saved(msgspec.Struct, frozen=True):
    """A case as the changelog has it."""

    fence: int
    version: Version
    row: Waiting
    machines: dict[str, Machine]
    untold: list[Said]


class Cut(NamedTuple):
    """What is true of the whole partition."""

    offset: int = -1
    """On `crm.waiting`."""
    counted: Version = (0, -1)
    """Up to which version tracking has told what changes."""


_encode = msgspec.json.Encoder().encode
read_saved = msgspec.json.Decoder(Saved).decode
read_cut = msgspec.json.Decoder(Cut).decode


class Case:
    """An entity that waits, or of which there is an alert."""

    __slots__ = ("fence", "key", "machines", "row", "untold", "version", "written")

    def __init__(self, row: Waiting, version: Version):
        self.key = case_key(row)
        self.row = row
        """What tracking told last."""
        self.version = version
        self.machines: dict[str, Machine] = {}
        """By rule; those that never fired have none."""
        self.untold: list[Said] = []
        self.fence = -1
        """The offset up to which the restored state is true."""
        self.written = False
        """Whether the changelog has a record of it."""

    def standing(self, rule: Absence) -> Standing:
        """Return what a rule's machine remembers."""
        machine = self.machines.get(rule.name)
        return Standing(rule.hash) if machine is None else machine.standing

    def say(
        self, name: str, rule: Absence | None, standing: Standing, reason: Reason, zone: ZoneInfo
    ) -> Said:
        """Bring a rule's machine to its next state; return what is to be told of that, and remember it.

        `zone` is that of the times which a sentence names where the rule is gone.
        """
        id_ = alert_id(name, entity_key(self.row))
        machine = self.machines.get(name)
        last = None if machine is None else machine.last
        alert = self._alert(id_, rule, standing, reason, last, zone)
        self.machines[name] = Machine(standing, alert)
        return Said(alert, reason, standing.revision, id_)

    def _alert(
        self,
        id_: str,
        rule: Absence | None,
        standing: Standing,
        reason: Reason,
        last: Alert | None,
        zone: ZoneInfo,
    ) -> Alert | None:
        state = alert_state(standing.phase)
        if state is None:
            return None
        row, updated = self.row, rfc3339(standing.updated_us)
        ends = None if state is not AlertState.RESOLVED else _ends(standing, reason)
        if rule is None:
            assert last is not None
            return msgspec.structs.replace(
                last,
                state=state,
                reason=reason,
                updated_at=updated,
                ends_at=ends,
                revision=standing.revision,
                summary=removed_summary(row, standing, zone),
            )
        until_us = standing.updated_us if standing.until_us is None else standing.until_us
        level = rule.level(standing.severity) or rule.levels[0]
        return Alert(
            id=id_,
            rule=rule.name,
            severity=standing.severity,
            state=state,
            reason=reason,
            kpi="",
            window="",
            period=None,
            dims={**({} if standing.rep is None else {"rep": standing.rep}), "team": standing.team},
            value=_seconds(rule.waited_us(standing.since_us, until_us)),
            threshold=_seconds(level.limit_us),
            target=None,
            n=1,
            unit="seconds",
            starts_at=rfc3339(standing.starts_us),
            updated_at=updated,
            ends_at=ends,
            summary=summary(rule, row, standing),
            revision=standing.revision,
            labels={"kind": row.kind, **rule.rule.labels},
            owner=rule.rule.owner,
            renotify_s=in_seconds(rule.rule.renotify_us),
            escalate_after_s=in_seconds(rule.rule.escalate_after_us),
            cool_down_s=in_seconds(rule.rule.cool_down_us),
            account=row.account,
            entity=row.id,
            fired_at=rfc3339(standing.fired_us) if standing.fired_us else None,
        )

    def label(self, name: str) -> Label | None:
        """Return what a rule's alert is counted under; None when there is none."""
        machine = self.machines.get(name)
        state = None if machine is None else alert_state(machine.standing.phase)
        return None if machine is None or state is None else (name, machine.standing.severity, state)

    @property
    def must_be_kept(self) -> bool:
        """Whether it waits, has an alert, or words not yet told."""
        return (
            self.row.since_us is not None
            or bool(self.untold)
            or any(machine.standing.phase is not Phase.OK for machine in self.machines.values())
        )

    def saved(self, fence: int) -> StateItem:
        """Serialise, true at `fence`."""
        self.written = True
        return self.key, _encode(Saved(fence, self.version, self.row, self.machines, self.untold))


def restored_case(saved: Saved) -> Case:
    """Return a case as the changelog has it."""
    case = Case(saved.row, saved.version)
    case.machines, case.untold, case.fence, case.written = saved.machines, [*saved.untold], saved.fence, True
    return case


def cut_item(cut: Cut) -> StateItem:
    """Serialise what is true of the whole partition."""
    return CUT, _encode(cut)


def case_key(row: Waiting) -> bytes:
    """Return the key of an entity's case."""
    return _encode((row.kind, row.account, row.id))


def entity_key(row: Waiting) -> str:
    """Return what stands in for a KPI key in the id of an absence alert."""
    return f"{row.kind}|{dims_text({'account': row.account, 'entity': row.id})}"


def _ends(standing: Standing, reason: Reason) -> str:
    """Return when it was over: when it was done, not when that was heard of; what is taken back never was."""
    if reason is Reason.ANSWERED_IN_TIME:
        return rfc3339(standing.starts_us)
    if reason is Reason.ANSWERED and standing.until_us is not None:
        return rfc3339(max(standing.until_us, standing.starts_us))
    return rfc3339(standing.updated_us)


def _seconds(us: int) -> Number:
    whole, rest = divmod(us, 1_000_000)
    return us / 1_000_000 if rest else whole
