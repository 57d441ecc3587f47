"""Routing: which routes take an alert, and all that a route says with what it has from those around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from processors.notify.matching import Matcher
from processors.silences.silencing import value_of
from schemas.alert import Alert
from schemas.delivery.route import ALERTS_MAX, RateLimit, Route, Words
from schemas.duration import MINUTE_US, SECOND_US
from schemas.notify import ROOT

# As Alertmanager has them, but for repeating: who wants to hear it again says so.
GROUP_BY = ("rule",)
GROUP_WAIT_US = 30 * SECOND_US
GROUP_INTERVAL_US = 5 * MINUTE_US

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A route with nothing left open. `None` is never, or none."""

    name: str
    receivers: tuple[str, ...]
    group_by: tuple[str, ...]
    group_wait_us: int
    group_interval_us: int
    repeat_interval_us: int | None
    cool_down_us: int
    escalate_after_us: int | None
    escalate_to: tuple[str, ...]
    resolved: str
    rate_limit: RateLimit | None
    digest: str | None
    only_in: str | None
    words: Words
    alerts_max: int

    def labels_of(self, alert: Alert) -> dict[str, str]:
        """Return what names the alert's group."""
        return {name: value_of(alert, name) or "" for name in self.group_by}


@dataclass(frozen=True, slots=True)
class _Node:
    policy: Policy
    matches: Matcher
    goes_on: bool
    inner: "tuple[_Node, ...]"


class Router:
    """The tree of routes."""

    def __init__(self, root: Route) -> None:
        self._root = _node(ROOT, root, None)
        self.policies = {policy.name: policy for policy in _policies(self._root)}

    def routes(self, alert: Alert) -> list[Policy]:
        """Return the routes that take an alert: one, unless routes go on."""
        return _taken(self._root, alert)


def _taken(node: _Node, alert: Alert) -> list[Policy]:
    found: list[Policy] = []
    for inner in node.inner:
        if inner.matches(alert):
            found += _taken(inner, alert)
            if not inner.goes_on:
                break
    return found or [node.policy]


def _policies(node: _Node) -> Iterator[Policy]:
    yield node.policy
    for inner in node.inner:
        yield from _policies(inner)


def _node(name: str, route: Route, outer: Policy | None) -> _Node:
    policy = _policy(name, route, outer)
    inner = tuple(_node(inner_name, one, policy) for inner_name, one in route.routes.items())
    return _Node(policy, Matcher(route.match), route.goes_on, inner)


def _policy(name: str, route: Route, outer: Policy | None) -> Policy:
    """Lay a route over the one around it; the outermost over what is standard."""
    own, words = route, _words(route.words, outer)
    if outer is None:
        outer = Policy(
            ROOT,
            receivers=(),
            group_by=GROUP_BY,
            group_wait_us=GROUP_WAIT_US,
            group_interval_us=GROUP_INTERVAL_US,
            repeat_interval_us=None,
            cool_down_us=0,
            escalate_after_us=None,
            escalate_to=(),
            resolved="whole",
            rate_limit=None,
            digest=None,
            only_in=None,
            words=words,
            alerts_max=ALERTS_MAX,
        )
    return Policy(
        name,
        receivers=_or(own.receivers, outer.receivers),
        group_by=_or(own.group_by, outer.group_by),
        group_wait_us=_or(own.group_wait_us, outer.group_wait_us),
        group_interval_us=_or(own.group_interval_us, outer.group_interval_us),
        repeat_interval_us=_unless("never", own.repeat_interval_us, outer.repeat_interval_us),
        cool_down_us=_or(own.cool_down_us, outer.cool_down_us),
        escalate_after_us=_unless("never", own.escalate_after_us, outer.escalate_after_us),
        escalate_to=_or(own.escalate_to, outer.escalate_to),
        resolved=_or(own.resolved, outer.resolved),
        rate_limit=_unless("none", own.rate_limit, outer.rate_limit),
        digest=_unless("none", own.digest, outer.digest),
        only_in=_unless("always", own.only_in, outer.only_in),
        words=words,
        alerts_max=_or(own.alerts_max, outer.alerts_max),
    )


def _words(own: Words | None, outer: Policy | None) -> Words:
    if own is None:
        return Words() if outer is None else outer.words
    return own if outer is None else outer.words.model_copy(update=own.model_dump(exclude_none=True))


def _or(own: Value | None, outer: Value) -> Value:
    return outer if own is None else own


def _unless(nothing: str, own: Value | str | None, outer: Value | None) -> Value | None:
    """Return the own value, else the outer one; None where the own one is the word for nothing."""
    if own is None:
        return outer
    return None if own == nothing else own  # type: ignore[return-value]
