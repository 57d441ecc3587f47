"""Rules files: what they may say, and what is said of their mistakes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalog import load_catalog
from schemas.files.document import Faults
from schemas.files.overlay import standard_text
from schemas.rule import Rule, duration_us, load_rules

CATALOG = load_catalog(
    """\
catalog: small
rolling: [rolling_24h, rolling_7d]
pipelines: {}
kpis:
  calls: {label: Calls, unit: count, count: call, windows: [day, rolling_7d]}
  open_inquiries: {label: Open, unit: count, gauge: inquiry_open}
  response_time_p90: {label: Slow, unit: seconds, percentile: {of: response, q: 0.9}, windows: [rolling_24h, month]}
""",
    "catalog.yaml",
)


def message(text: str) -> str:
    """Return the faults of a rules file."""
    with pytest.raises(Faults) as caught:
        load_rules(CATALOG, text, "rules.yaml")
    return str(caught.value)


def one(fields: str) -> str:
    """Return the faults of a file with one rule about calls with these fields, in line 2."""
    return message(f"rules:\n  r: {{kpi: calls, window: day, {fields}}}\n")


def test_the_standard_rules_fit_the_standard_catalog() -> None:
    """Everybody gets these rules, so every one must be usable, and say what is wrong in a title."""
    rules = load_rules(load_catalog())

    assert [*rules] == [
        "slow-response",
        "inquiries-piling-up",
        "team-behind-quota",
        "few-deals-won",
        "quiet-rep",
    ]
    assert all(rule.title for rule in rules.values())
    slow = rules["slow-response"]
    assert (slow.threshold, slow.recovery, slow.for_us, slow.min_n) == (3600, 2700, 300_000_000, 10)
    assert slow.dimensions == ("team",)


def test_standard_rules_without_their_kpi_are_left_out() -> None:
    """A catalog that drops a KPI need not repeat that for the rules."""
    kpis = {name: kpi for name, kpi in CATALOG.kpis.items() if name != "open_inquiries"}
    kpis["response_time_p90"] = kpis["response_time_p90"].model_copy(update={"windows": ("month",)})
    catalog = CATALOG.model_copy(update={"kpis": kpis})

    assert [*load_rules(catalog)] == ["quiet-rep"]
    assert [*load_rules(catalog, "extends: standard")] == ["quiet-rep"]


def test_extending_the_standard() -> None:
    """A file adds rules, changes single fields, replaces limits, drops rules."""
    text = """\
extends: standard
rules:
  quiet-rep:
  slow-response: {above: 600, severity: info}
  few-deals-won: {recover: 0.3}
  own: {kpi: calls, window: day, below: 3, for: 2h}
"""
    rules = load_rules(load_catalog(), text, "rules.yaml")

    assert [*rules] == ["slow-response", "inquiries-piling-up", "team-behind-quota", "few-deals-won", "own"]
    slow, few = rules["slow-response"], rules["few-deals-won"]
    assert (slow.above, slow.recover, slow.severity, slow.min_n) == (600, None, "info", 10)
    assert (few.below, few.recover) == (0.15, 0.3)


def test_a_condition_of_one_s_own_replaces_the_standard_s() -> None:
    """Levels for a limit, a comparison for a limit: nothing of the old condition stays."""
    text = """\
extends: standard
rules:
  slow-response: {warning: {above: 1800}, critical: {above: 7200}}
  few-deals-won: {lower_than: previous, by: 20 %, window: month}
  team-behind-quota: {below: 0.5, elapsed_at_least: 50 %}
"""
    rules = load_rules(load_catalog(), text, "rules.yaml")

    levels = rules["slow-response"].levels
    assert [(level.severity, level.condition.above, level.condition.recover) for level in levels] == [
        ("warning", 1800, None),
        ("critical", 7200, None),
    ]
    few = rules["few-deals-won"]
    assert (few.below, few.recover, few.lower_than, few.by, few.min_n) == (None, None, "previous", "20 %", 20)
    assert (rules["team-behind-quota"].recover, rules["team-behind-quota"].elapsed_at_least) == (None, 0.5)


def test_owners() -> None:
    """Who names nobody is owned by who answers for the KPI."""
    text = "rules:\n  a: {kpi: calls, window: day, above: 1}\n  b: {kpi: calls, window: day, above: 1, owner: bo}"

    owned = CATALOG.kpis["calls"].model_copy(update={"owner": "ann"})
    rules = load_rules(CATALOG.model_copy(update={"kpis": {"calls": owned}}), text, "f")

    assert [rule.owner for rule in rules.values()] == ["ann", "bo"]
    assert load_rules(CATALOG, text, "f")["a"].owner == ""


@pytest.mark.parametrize(
    "fields",
    [
        "below: 60 %",
        "above: 1, recover: 5 %",
        "reached: 100 %",
        "warning: {below: 60 %}",
        "all: [{any: [{below: 60 %}]}]",
    ],
)
def test_a_share_of_nothing(fields: str) -> None:
    """In a KPI's unit 60 % can be 0.6 or 60: so it must be said of what."""
    assert " %) needs 'of'; a limit is in the KPI's unit" in one(fields)


def test_a_file_of_one_s_own() -> None:
    """Without `extends`, the file's rules are all there are."""
    assert [*load_rules(CATALOG, "rules: {a: {kpi: calls, window: day, above: 1}}", "f")] == ["a"]
    assert load_rules(CATALOG, "rules: {}", "f") == {}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ("above: 1, abov: 2", "r.abov: unknown field 'abov', did you mean 'above'?"),
        ("above: 1, for_us: 2", "r.for_us: unknown field 'for_us', did you mean 'for'?"),
        ("above: many", "r.above: expected a number, found the text 'many'"),
        ("above: 1_000", "r.above: expected a number, found the text '1_000'; a number is written 1000"),
        ("above: 1, below: 2", "r: expected exactly one of above, below, higher_than, lower_than, reached, rank, no_data, all, any, found above and below"),
        ("severity: info", "r: expected exactly one of above, below, higher_than, lower_than, reached, rank, no_data, all, any, or warning and critical"),
        ("above: 1, recover: 2", "r: recover (2) must not lie over above (1)"),
        ("below: 3, recover: 2", "r: recover (2) must not lie under below (3)"),
        ("above: 1, for: 5", "r.for: expected a duration such as 90s, 5m, 1h 30m or 2d, found 5"),
        ("above: 1, for: 5 min later", "r.for: expected a duration such as 90s, 5m, 1h 30m or 2d, found '5 min later'"),
        ("above: 1, for: 31d", "r.for: may be 30 days at most, found 31d"),
        ("above: 1, min_n: -1", "r.min_n: must be at least 0, found the number -1"),
        ("above: 1, min_n: 1.5", "r.min_n: expected a whole number, found the number 1.5"),
        ("above: 1, severity: critcal",
         "r.severity: expected one of critical, warning, info, found the text 'critcal', did you mean 'critical'?"),
        ("above: 1, for_each: [team, tem]", "r.for_each[1]: expected one of alert_rule, campaign, "),
        ("all: [{above: 1}, {below: 2, kpi: open_inquiries}]", "r.all[1].kpi: all conditions of a rule are about its own KPI; to ask for two, make one"),
        ("warning: {above: 1, window: day}", "r.warning.window: all conditions of a rule are about its own KPI"),
        ("above: 1, for_each: [team, team]", "r.for_each: for_each names a dimension twice"),
        ("above: 1, for_each: []", "r.for_each: must have at least 1 entry, found 0"),
        ("above: 1, for_each: compny", "found the text 'compny', did you mean 'company'?"),
    ],
)  # fmt: skip
def test_mistakes_in_a_rule(fields: str, wanted: str) -> None:
    """Each mistake is one sentence at its line and field, with the nearest name there is."""
    said = one(fields)

    assert said.startswith("rules.yaml:2: rules.")
    assert wanted in said


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("rules:\n  r:\n    kpi: cals\n    window: day\n    above: 1",
         "rules.yaml:3: rules.r.kpi: unknown KPI 'cals', did you mean 'calls'?"),
        ("rules:\n  r:\n    kpi: calls\n    window: rolling_7\n    above: 1",
         "rules.yaml:4: rules.r.window: unknown window of calls 'rolling_7', did you mean 'rolling_7d'?"),
        ("rules:\n  r:\n    kpi: calls\n    window: now\n    above: 1",
         "rules.yaml:4: rules.r.window: unknown window of calls 'now'; known: day, rolling_7d"),
        ("extends: standard\nrules:\n  quiet-rep: {window: rolling_30}",
         "rules.yaml:3: rules.quiet-rep.window: unknown window of calls 'rolling_30', did you mean 'rolling_7d'?"),
        ("extends: standard\nrules:\n  few-deals-won: {above: 1}",
         "rules.yaml:3: rules.few-deals-won.kpi: unknown KPI 'win_rate_decided'; known: calls, open_inquiries,"),
        ("rules:\n  Slow: {kpi: calls, window: day, above: 1}",
         "rules.yaml:2: rules.Slow: expected a name of small letters, digits, _ and - that begins with a letter, 60 characters at most, found the text 'Slow'"),
        ("rules:\n  a: {kpi: calls, window: day, above: 1}\n  a: {}", "rules.yaml:3: rules.a: given twice, first in line 2"),
        ("rules:\n  a: 5", "rules.yaml:2: rules.a: expected fields (name: value), found the number 5"),
        ("rules:\n  a:", "rules.yaml:2: rules.a: expected fields (name: value), found nothing"),
        ("rules: []", "rules.yaml:1: rules: expected fields (name: value), found a list"),
        ("extend: standard\nrules: {}", "rules.yaml:1: extend: unknown field 'extend', did you mean 'extends'?"),
        ("{}", "rules.yaml:1: rules: missing"),
    ],
)  # fmt: skip
def test_mistakes_in_a_file(text: str, wanted: str) -> None:
    """Names are looked up in the catalog, and each rule can be named once."""
    assert wanted in message(text)


def test_all_mistakes_at_once() -> None:
    """Wrong names are found beside wrong fields."""
    text = "rules:\n  a: {kpi: cals, window: day, above: x}\n  b: {kpi: calls, window: dya, above: 1}"

    assert [line.split(": ")[1] for line in message(text).splitlines()] == [
        "rules.a.above",
        "rules.a.kpi",
        "rules.b.window",
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("90s", 90), ("5m", 300), ("5 min", 300), ("1h 30m", 5400), ("1h30m", 5400), ("2d", 172_800)],
)
def test_durations(text: str, seconds: int) -> None:
    """Durations are written with units, one after the other."""
    assert duration_us(text) == seconds * 1_000_000


@given(st.text(alphabet="0123456789smhdin \n") | st.integers() | st.none())
def test_other_durations_are_refused(text: Any) -> None:
    """Anything else is a sentence, not a traceback."""
    try:
        assert duration_us(text) >= 0
    except ValueError as error:
        assert "found" in str(error)


def test_a_rule_below() -> None:
    """Limit and recovery come from whichever side is given."""
    rule = Rule.model_validate({"kpi": "calls", "window": "day", "below": 5, "recover": 8})

    assert (rule.threshold, rule.recovery, rule.dimensions) == (5, 8, ())


def test_dimensions_are_in_the_order_of_keys() -> None:
    """KPI keys have their dims in alphabetical order, whatever the rule's."""
    rule = Rule.model_validate(
        {"kpi": "k", "window": "day", "above": 1, "for_each": ("to_stage", "from_stage")}
    )

    assert rule.dimensions == ("from_stage", "to_stage")


@given(st.data())
def test_mutations_of_the_standard_rules_give_faults_only(data: st.DataObject) -> None:
    """A rules file with words swapped, cut or moved is rules or faults of lines that exist."""
    lines = standard_text("schemas/rules.yaml").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        words = lines[at].split() or [" "]
        old = data.draw(st.sampled_from(words))
        new = data.draw(
            st.sampled_from([*words, "", "~", "[", "  ", "kpi:", "above:", "extends:", "5", "*a", "&a"])
        )
        lines[at] = lines[at].replace(old, new)
    text = "\n".join(lines)
    try:
        load_rules(CATALOG, text, "f")
    except Faults as faults:
        for fault in faults.faults:
            assert 1 <= fault.line <= len(lines) + 1


def test_changing_what_is_not_there() -> None:
    """It has no KPI and no window, and its name tells what it was to be."""
    found = message("extends: standard\nrules:\n  quiet-rpe: {below: 3}\n")

    assert found.startswith(
        "rules.yaml:3: rules.quiet-rpe: unknown standard rule 'quiet-rpe', did you mean 'quiet-rep'?"
    )


def test_dropping_what_is_not_there() -> None:
    """A rule that is to go must be there: a slip would leave it on."""
    text = "extends: standard\nrules:\n  quiet-rpe: null\n  quiet-rep: null\n"

    assert (
        message(text)
        == "rules.yaml:3: rules.quiet-rpe: unknown standard rule 'quiet-rpe', did you mean 'quiet-rep'?"
    )
