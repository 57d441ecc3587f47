"""Mistakes that stand together are told together: each as if it stood alone, and nothing beside."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.board import load_boards
from schemas.catalog import check_catalog, draft_catalog, load_catalog
from schemas.files.document import Faults
from schemas.notify import load_notify
from schemas.rule import load_rules
from schemas.rules.absence import load_absences
from schemas.token import load_tokens
from streams.sources.xes_mapping import parse_xes_mapping

CATALOG = load_catalog()
Read = Callable[[str, str], object]
Path = tuple[str | int, ...]
Change = tuple[Path, Any]

KPI: Path = ("kpis", "seen")
_CATALOG = {
    "catalog": "c",
    "currency": "EUR",
    "rolling": ["rolling_7d", "rolling_2d"],
    "pipelines": {"main": {"stages": ["a", "b", "c"], "conversions": [["a", "b"]]}},
    "spans": {"wait": {"from": "crm.meeting.scheduled", "to": "crm.meeting.held", "entity": "meeting"}},
    "targets": [{"kpi": "seen", "window": "day", "value": 5}, {"kpi": "quick", "window": "day", "value": 5}],
    "calendar": {
        "timezone": "UTC",
        "working_days": ["monday"],
        "working_hours": {"monday": ["09:00-17:00"]},
        "holidays": {"country": "NL"},
    },
    "prometheus": {"kpis": ["seen"], "windows": ["day"], "dimensions": ["stage"]},
    "kpis": {
        "seen": {
            "label": "L",
            "unit": "count",
            "count": {"of": "call", "where": {"duration_s": {"at_least": 5}}},
            "by": ["channel"],
            "levels": ["company"],
            "windows": ["day", "rolling_7d"],
        },
        "ratio": {"label": "L", "unit": "ratio", "ratio": {"numerator": ["seen"], "denominator": "seen"}},
        "quick": {"label": "L", "unit": "ratio", "share": {"of": "response", "at_most_s": 5}},
        "late": {"label": "L", "unit": "seconds", "percentile": {"of": "wait", "q": 0.5}},
    },
}
_OF_A_CATALOG: list[Change] = [
    (("catalog",), 5),
    (("kpis",), 5),
    (("spans",), 5),
    (("rolling",), 5),
    (("targets",), 5),
    (("pipelines",), 5),
    (("calendar",), 5),
    (("prometheus",), 5),
    (("currency",), "euro"),
    (("rolling", 1), "rolling_2x"),
    (("pipelines", "main", "stages", 2), "won"),
    (("pipelines", "main", "conversion"), []),
    (("spans", "wait", "entity"), "meting"),
    (("spans", "wait", "business"), "yes"),
    (("targets", 0, "value"), -1),
    (("targets", 0, "window"), "hour"),
    (("targets", 1, "period"), "May"),
    (("targets", 1, "dims"), {"channel": "x"}),
    (("calendar", "timezone"), "Mars"),
    (("calendar", "week_start"), "mon"),
    (("calendar", "working_hours", "monday", 0), "nine"),
    (("calendar", "holidays", "country"), "XX"),
    (("calendar", "holidays", "extra"), ["May"]),
    (("prometheus", "kpis", 0), "sen"),
    (("prometheus", "levels"), ["reps"]),
    (("prometheus", "dimensions", 0), "stge"),
    ((*KPI, "label"), 5),
    ((*KPI, "count"), 5),
    ((*KPI, "instead"), 5),
    (("kpis", "ratio", "by"), ["chanel"]),
    (("kpis", "circle"), {"label": "C", "unit": "number", "expression": "circle + 1", "n": "circle"}),
    ((*KPI, "private"), "no"),
    ((*KPI, "min_sample"), -1),
    ((*KPI, "ownr"), "me"),
    ((*KPI, "count", "of"), "cal"),
    ((*KPI, "count", "whre"), {}),
    ((*KPI, "by", 0), "chanel"),
    ((*KPI, "windows", 0), "dya"),
    (("kpis", "ratio", "unit"), "rat"),
    (("kpis", "ratio", "conversion"), 5),
    (("kpis", "ratio", "q"), 0.5),
    (("kpis", "ratio", "ratio", "numerator", 0), "sen"),
    (("kpis", "ratio", "n"), "seen"),
    (("kpis", "quick", "share", "business"), 5),
    (("kpis", "quick", "share", "of"), "respons"),
    (("kpis", "late", "percentile", "q"), 2),
    (("kpis", "late", "percentile", "of"), "wiat"),
    (("kpis", "Wrong Id"), {"label": "L", "unit": "count", "count": "call"}),
    (("kpis", "nothing"), 5),
]

_RULES = {
    "rules": {
        "r": {"kpi": "calls", "window": "day", "below": 5, "recover": 6, "for": "5m", "for_each": "rep"},
        "l": {"kpi": "calls", "window": "week", "warning": {"below": 5}, "critical": {"below": 4}},
        "m": {"kpi": "calls", "window": "all_time", "reached": 5},
    },
    "absences": {"a": {"kind": "inquiry", "limits": {"warning": "1h", "critical": "2h"}, "where": {}}},
}
_OF_RULES: list[Change] = [
    (("rules", "r", "kpi"), "cals"),
    (("rules", "r", "for"), 5),
    (("rules", "r", "for_each"), "reps"),
    (("rules", "r", "recover"), 4),
    (("rules", "r", "of"), "tagret"),
    (("rules", "r", "titel"), "x"),
    (("rules", "l", "window"), "wek"),
    (("rules", "l", "severity"), "info"),
    (("rules", "l", "critical", "below"), 6),
    (("rules", "l", "warning", "elapsed_at_least"), 5),
    (("rules", "l", "min_n"), "x"),
    (("rules", "m", "keep_firing"), "5m"),
    (("rules", "m", "labels"), {"rule": 5}),
]
_OF_ABSENCES: list[Change] = [
    (("absences", "a", "kind"), "inquiries"),
    (("absences", "a", "limits", "critical"), "1m"),
    (("absences", "a", "limits", "info"), "soon"),
    (("absences", "a", "where", "chanel"), "x"),
    (("absences", "a", "cool_down"), 5),
    (("absences", "a", "business"), "yes"),
]

_NOTIFY = {
    "receivers": {
        "s": {"type": "slack", "channel": "x", "token_env": "T"},
        "e": {"type": "email", "host": "h", "from": "a@b.example", "to": ["c@d.example"]},
        "p": {"type": "pagerduty", "routing_key_env": "K"},
    },
    "route": {"receivers": ["s"], "routes": {"north": {"match": {"team": "north"}, "receivers": ["e"]}}},
    "hours": {"office": {"working_days": ["monday"]}},
}
_OF_NOTIFY: list[Change] = [
    (("receivers", "s", "token"), "xoxb"),
    (("receivers", "s", "timeout"), "5"),
    (("receivers", "s", "token_file"), "f"),
    (("receivers", "e", "host"), 5),
    (("receivers", "e", "username"), "u"),
    (("receivers", "e", "security"), "ssl"),
    (("receivers", "e", "to"), ["c@d.example", "C@d.example"]),
    (("receivers", "p"), {"type": "pagerduty", "routing_key": "abc"}),
    (("receivers", "p", "typ"), 5),
    (("route", "receivers", 0), "p2"),
    (("route", "match"), {"team": "x"}),
    (("route", "continue"), True),
    (("route", "routes", "north", "digest"), "8"),
    (("route", "routes", "north", "receivers", 0), "e2"),
    (("route", "routes", "north", "only_in"), "offices"),
    (("hours", "office", "working_days"), []),
    (("hours", "office", "timezone"), "Mars"),
]

_BOARDS = {
    "boards": {
        "a": {
            "title": "A",
            "tiles": [
                {"type": "number", "kpi": "calls", "window": "day", "size": "2x2"},
                {"type": "aging", "size": "2x2"},
                {"type": "leaderboard", "kpi": "calls", "window": "week", "size": "2x2"},
                {"type": "ticker"},
            ],
        },
    }
}
_TILES: Path = ("boards", "a", "tiles")
_OF_BOARDS: list[Change] = [
    (("boards", "a", "seconds"), 1),
    (("boards", "a", "titel"), "x"),
    ((*_TILES, 0, "kpi"), "cals"),
    ((*_TILES, 0, "period"), "2026"),
    ((*_TILES, 0, "titel"), "x"),
    ((*_TILES, 1, "limits"), ["2h", "1h"]),
    ((*_TILES, 1, "by"), "tem"),
    ((*_TILES, 1, "top"), 0),
    ((*_TILES, 2, "window"), "wek"),
    ((*_TILES, 2, "by"), "chanel"),
    ((*_TILES, 3, "severities"), ["bad"]),
]

_TOKENS = {
    "tokens": {"a": {"sha256": "0" * 64, "scopes": ["read"]}, "b": {"sha256": "1" * 64, "scopes": ["read"]}}
}
_OF_TOKENS: list[Change] = [
    (("tokens", "a", "scopes"), ["write"]),
    (("tokens", "a", "company"), True),
    (("tokens", "b", "sha256"), "0" * 64),
    (("tokens", "b", "teams"), []),
    (("tokens", "c d"), {"sha256": "2" * 64, "scopes": ["read"]}),
]

_MAPPING = {
    "name": "n",
    "source": "s",
    "rules": [{"activity": "A", "type": "crm.deal.won", "data": {"deal": "{case}"}}],
}
_OF_A_MAPPING: list[Change] = [
    (("id",), "{cas}"),
    (("account",), 5),
    (("timezone",), "Mars"),
    (("rules", 0, "lifecycle"), 5),
    (("rules", 0, "data"), 5),
    (("rules", 0, "data", "prodct"), "x"),
    (("rules", 0, "contact"), {}),
]

_FILES: dict[str, tuple[Read, Any, list[Change]]] = {
    "catalog": (check_catalog, _CATALOG, _OF_A_CATALOG),
    "rules": (partial(load_rules, CATALOG), _RULES, _OF_RULES),
    "absences": (load_absences, _RULES, _OF_ABSENCES),
    "delivery": (load_notify, _NOTIFY, _OF_NOTIFY),
    "boards": (partial(load_boards, CATALOG), _BOARDS, _OF_BOARDS),
    "tokens": (load_tokens, _TOKENS, _OF_TOKENS),
    "mapping": (parse_xes_mapping, _MAPPING, _OF_A_MAPPING),
}


def changed(good: Any, *changes: Change) -> str:
    """Return the text of a file with other values in some places."""
    data = orjson.loads(orjson.dumps(good))
    for path, value in changes:
        place = data
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()


def faults(kind: str, *changes: Change) -> set[tuple[str, str]]:
    """Return the field and the sentence of all that is said of a good file with these changes."""
    read, good, _ = _FILES[kind]
    try:
        read(changed(good, *changes), "file")
    except Faults as wrong:
        # Where the facts are not known, nobody can speak of theirs.
        return {(fault.field, fault.message.replace(" of its facts", "")) for fault in wrong.faults}
    return set()


def of(kind: str) -> list[Change]:
    """Return the mistakes of a kind of file."""
    return _FILES[kind][2]


@pytest.mark.parametrize("kind", _FILES)
def test_each_is_a_mistake(kind: str) -> None:
    """One, and not what would only follow from it; the files are good without them."""
    assert set() == faults(kind)
    assert {1: []} == {len(faults(kind, change)): [] for change in of(kind)}


@pytest.mark.parametrize("kind", _FILES)
def test_two(kind: str) -> None:
    """Every two of them, in one section or in two."""
    alone = {repr(change): faults(kind, change) for change in of(kind)}

    for one, other in combinations(of(kind), 2):
        if one[0] == other[0][: len(one[0])]:
            continue  # one takes the other's place away
        found, both = faults(kind, one, other), alone[repr(one)] | alone[repr(other)]
        # What is about a section that is no section at all can't be told.
        assert found == both or (len(one[0]) == 1 and alone[repr(one)] <= found < both), (one, other)


def places(value: Any, path: Path = ()) -> list[Path]:
    """Return the path of everything in a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, part in inside for place in [(*path, name), *places(part, (*path, name))]]


JUNK = (
    None,
    True,
    5,
    -1,
    0.5,
    "x",
    "",
    "day",
    "standard",
    [],
    {},
    [5],
    ["x"],
    [[]],
    {"x": 5},
    {"all": []},
    {"of": "call"},
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_junk_gives_faults(data: st.DataObject) -> None:
    """Wherever it is, and beside mistakes: what can be read of a file is checked, and nothing else happens."""
    read, good, mistakes = _FILES[data.draw(st.sampled_from([*_FILES]))]
    junk = st.tuples(st.sampled_from(places(good)), st.sampled_from(JUNK))
    # The deepest first, so that each has its place still.
    changes = sorted([*data.draw(st.lists(junk, max_size=3)), *data.draw(st.lists(st.sampled_from(mistakes), max_size=2))],
                     key=lambda change: -len(change[0]))  # fmt: skip
    with suppress(Faults):
        read(changed(good, *changes), "file")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_rules_and_boards_are_held_against_what_is_left_of_a_catalog(data: st.DataObject) -> None:
    """Whatever that is, they have mistakes or none."""
    junk = st.tuples(st.sampled_from(places(_CATALOG)), st.sampled_from(JUNK))
    found = [
        *data.draw(st.lists(junk, max_size=3)),
        *data.draw(st.lists(st.sampled_from(_OF_A_CATALOG), max_size=2)),
    ]
    draft = draft_catalog(
        changed(_CATALOG, *sorted(found, key=lambda change: -len(change[0]))), "catalog.yaml"
    )
    if draft.catalog is None:
        return

    for kind, read in (("rules", load_rules), ("boards", load_boards)):
        _, good, mistakes = _FILES[kind]
        several = data.draw(st.lists(st.sampled_from(mistakes), max_size=2))
        with suppress(Faults):
            read(draft.catalog, changed(good, *sorted(several, key=lambda change: -len(change[0]))), kind)
