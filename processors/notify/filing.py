"""Filing: every alert as it is now, and the groups that have to do with it."""

from collections import defaultdict
from collections.abc import Callable

import msgspec

from processors.notify.book import Book
from processors.notify.deciding import OPEN
from processors.notify.group import Group
from processors.notify.inhibition import Inhibitor
from processors.notify.routing import Router
from schemas.alert import Alert, AlertState
from schemas.severity import rank

_decode = msgspec.json.Decoder(Alert).decode


class Files:
    """Alerts and where they belong. `touched` hears of each group with news, and of how bad they are."""

    def __init__(
        self, router: Router, inhibitor: Inhibitor, book: Book, touched: Callable[[Group, int, int], None]
    ) -> None:
        self._router = router
        self._inhibitor = inhibitor
        self._book = book
        self._touched = touched
        self._alerts: dict[str, Alert] = {}
        """Those that are open, and resolved ones of which a group has still something to say."""
        self._groups_of: defaultdict[str, dict[str, Group]] = defaultdict(dict)
        """By alert, by key: where it is a member, has ended, or was told."""
        self._teams: dict[str, str] = {}
        self.not_routed: set[str] = set()
        """Open alerts of which nobody is told."""
        self.times_not_routed = 0
        self.reads_past = True
        """Whether what comes was there before: what it says may have been told."""
        self.unreadable = 0

    def find(self, id_: str) -> Alert | None:
        """Return an alert; None when it is not known, or nobody has to do with it."""
        return self._alerts.get(id_)

    def members(self, group: Group) -> list[Alert]:
        """Return a group's open alerts."""
        return [self._alerts[id_] for id_ in group.members]

    def take_told(self, group: Group) -> None:
        """Learn from memory that a group's receivers were told of alerts."""
        for id_ in group.memory.told:
            self._groups_of[id_][group.key] = group

    def take_rep(self, rep: str, team: str, at_us: int) -> bool:
        """Learn whose team a rep is in: alerts about reps have it as a label. Tell as `take` does."""
        if self._teams.get(rep) == team:
            return False
        self._teams[rep] = team
        moved = False
        for alert in [one for one in self._alerts.values() if one.dims.get("rep") == rep]:
            labels = {name: value for name, value in alert.labels.items() if name != "team"}
            moved |= self._see(self._with_team(msgspec.structs.replace(alert, labels=labels)), at_us)
        return moved

    def take(self, key: str, value: bytes | None, at_us: int) -> bool:
        """Take a record of `crm.alerts`; tell whether it may change what is told of other alerts."""
        known = self._alerts.get(key)
        if value is None:
            return (known is not None or key in self._groups_of) and self._gone(key, at_us)
        try:
            alert = _decode(value)
        except msgspec.MsgspecError:
            self.unreadable += 1
            return False
        if known is not None and alert.revision <= known.revision:
            return False
        return self._see(self._with_team(alert), at_us)

    def forget(self, group: Group, id_: str) -> None:
        """Forget an alert of which the group has nothing to say any more."""
        if id_ in group.memory.told or id_ in group.members or id_ in group.ended:
            return
        groups = self._groups_of.get(id_, {})
        groups.pop(group.key, None)
        if not groups:
            self._groups_of.pop(id_, None)
            alert = self._alerts.get(id_)
            if alert is not None and alert.state not in OPEN:
                del self._alerts[id_]

    def _with_team(self, alert: Alert) -> Alert:
        rep = alert.dims.get("rep")
        team = self._teams.get(rep) if rep else None
        if team is None or "team" in alert.dims or "team" in alert.labels:
            return alert
        return msgspec.structs.replace(alert, labels={**alert.labels, "team": team})

    def _gone(self, id_: str, at_us: int) -> bool:
        """A pending alert came to nothing, or one that is over was withdrawn."""
        self._alerts.pop(id_, None)
        self.not_routed.discard(id_)
        moved = self._inhibitor.drop(id_)
        for group in self._groups_of.pop(id_, {}).values():
            group.members.pop(id_, None)
            group.ended.pop(id_, None)
            if id_ in group.memory.told:
                self._groups_of[id_][group.key] = group
            self._touched(group, at_us, -1)
        return moved

    def _see(self, alert: Alert, at_us: int) -> bool:
        id_, is_open = alert.id, alert.state in OPEN
        moved = self._inhibitor.take(alert) if is_open else self._inhibitor.drop(id_)
        groups = self._groups_for(alert) if alert.state is not AlertState.PENDING else []
        if not is_open:
            self.not_routed.discard(id_)
            if not groups and id_ not in self._groups_of:
                self._alerts.pop(id_, None)
                return moved
        self._alerts[id_] = alert
        for group in [*self._groups_of.get(id_, {}).values(), *groups]:
            group.members.pop(id_, None)
            group.ended.pop(id_, None)
        for group in groups:
            if is_open:
                group.members[id_] = None
            else:
                group.ended[id_] = at_us if self.reads_past else max(at_us, group.memory.last_us + 1)
            self._groups_of[id_][group.key] = group
        for group in [*self._groups_of.get(id_, {}).values()]:
            self._touched(group, at_us, rank(alert.severity))
            self.forget(group, id_)
        return moved

    def _groups_for(self, alert: Alert) -> list[Group]:
        """Return the groups that an alert is told in; one that is over only where a digest tells of it."""
        found = []
        for policy in self._router.routes(alert):
            if not policy.receivers:
                if alert.state in OPEN and alert.id not in self.not_routed:
                    self.not_routed.add(alert.id)
                    self.times_not_routed += 1
            elif alert.state in OPEN or policy.digest is not None:
                found.append(self._book.group(policy, policy.labels_of(alert)))
        return found
