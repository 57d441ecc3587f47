"""The grammar of absence rules, and the mistakes that it names."""

import pytest

from schemas.catalog import load_catalog
from schemas.files.document import Faults
from schemas.rule import load_rules
from schemas.rules.absence import Level, load_absences

HOUR_US = 3_600_000_000
CATALOG = load_catalog()

MISTAKES = [
    ("kind: dea, limits: {warning: 1h}", "kind: expected one of inquiry, quote, lead, deal, found the text 'dea'"),
    ("limits: {warning: 1h}", "kind: missing"),
    ("kind: deal", "limits: missing"),
    ("kind: deal, limits: {}", "limits: expected a limit for one of info, warning, critical"),
    ("kind: deal, limits: {warning: 1y}", "expected a duration such as 90s, 5m, 1h 30m or 2d, found '1y'"),
    ("kind: deal, limits: {warning: 0s}", "expected more than nothing"),
    ("kind: deal, limits: {warning: 367d}", "may be 366 days at most, found 367d"),
    ("kind: deal, limits: {warning: 5h, critical: 5h}", "critical must be a longer time than warning"),
    ("kind: deal, limits: {warning: 5h, critical: 1h}", "critical must be a longer time than warning"),
    ("kind: deal, limits: {fatal: 5h}", "limits.fatal: unknown field 'fatal'"),
    ("kind: deal, business: true, limits: {warning: 3d}", "limits.warning: 3d: working time is given in hours"),
    ("kind: deal, limits: {warning: 5h}, where: {channel: web}", "where.channel: deal has no channel"),
    ("kind: quote, limits: {warning: 5h}, where: {stage: won}", "where.stage: quote has no stage"),
    ("kind: deal, limits: {warning: 5h}, where: {team: []}", "where.team"),
    ("kind: deal, limits: {warning: 5h}, labels: {a: 1}", "labels.a: expected a text"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "message"), MISTAKES)
def test_mistakes(rule: str, message: str) -> None:
    """Each is named with its file, line and field; both readers of the file find it."""
    text = f"rules: {{}}\nabsences:\n  slow: {{{rule}}}\n"

    for read in (lambda: load_absences(text, "f.yaml"), lambda: load_rules(CATALOG, text, "f.yaml")):
        with pytest.raises(Faults) as found:
            read()
        assert "f.yaml:3: absences.slow" in str(found.value)
        assert message in str(found.value)


def test_a_rule() -> None:
    """Levels come from the shortest limit to the longest; a single word chooses as a list of one does."""
    text = """
absences:
  stuck:
    title: A large deal is stuck
    kind: deal
    limits: {critical: 30d, info: 7d 12h}
    where: {team: north, stage: [proposal, negotiation]}
    labels: {desk: sales}
    owner: heads
"""
    rule = load_absences(text, "f")["stuck"]

    assert (Level("info", 180 * HOUR_US), Level("critical", 720 * HOUR_US)) == rule.levels
    assert {"team": {"north"}, "stage": {"proposal", "negotiation"}} == rule.where.by
    assert ({"desk": "sales"}, "heads", False) == (rule.labels, rule.owner, rule.business)


def test_the_standard_rules() -> None:
    """An inquiry is told of after an hour, and as critical after a day."""
    rule = load_absences()["inquiry-unanswered"]

    assert (Level("warning", HOUR_US), Level("critical", 24 * HOUR_US)) == rule.levels
    assert ("inquiry", False) == (rule.kind, rule.business)


def test_over_the_standard_rules() -> None:
    """A file changes fields of a standard rule, drops it, and adds its own."""
    changed = "extends: standard\nabsences: {inquiry-unanswered: {limits: {warning: 30m}}}"
    dropped = (
        "extends: standard\nabsences:\n  inquiry-unanswered: null\n  q: {kind: quote, limits: {info: 1d}}"
    )

    assert (Level("warning", HOUR_US // 2),) == load_absences(changed, "f")["inquiry-unanswered"].levels
    assert ["q"] == [*load_absences(dropped, "f")]
    assert load_absences() == load_absences("extends: standard\nrules: {}", "f")
    assert {} == load_absences("rules: {}", "f")


def test_a_file_may_have_absence_rules_only() -> None:
    """Rules over KPIs are not needed beside them."""
    assert {} == load_rules(CATALOG, "absences: {a: {kind: lead, limits: {info: 1h}}}", "f")


def test_a_name_is_taken_once() -> None:
    """An alert's id is made of the rule's name, so a KPI rule and an absence rule can't share one."""
    text = """extends: standard
absences:
  quiet-rep: {kind: lead, limits: {warning: 1h}}
"""
    twice = "rules: {a: {kpi: calls, window: day, above: 1}}\nabsences: {a: {kind: lead, limits: {info: 1h}}}"

    with pytest.raises(Faults, match=r"absences\.a: there is a rule of that name already"):
        load_absences(twice, "f")
    with pytest.raises(Faults, match=r"absences\.quiet-rep: there is a rule of that name already"):
        load_absences(text, "f")
