"""Names in routes that no alert of the rules has."""

from processors.silences.route_names import strange_routes
from schemas.catalog import load_catalog
from schemas.notify import load_notify
from schemas.rule import load_rules
from schemas.rules.absence import load_absences

RULES = (
    "rules: {slow: {kpi: calls, window: day, below: 1, labels: {area: service}}}\n"
    "absences: {late: {kind: inquiry, limits: {warning: 1h}}}\n"
)
HEAD = "receivers: {ops: {type: webhook, url: https://example.com/, secret_env: KEY}}\n"


def strange(text: str, rules: str = RULES) -> dict[str, str]:
    """Return what is said, by where it stands."""
    there = {**load_rules(load_catalog(), rules, "r.yaml"), **load_absences(rules, "r.yaml")}
    found = strange_routes(load_notify(HEAD + text, "notify.yaml"), there)
    return {".".join(map(str, path)): said for path, said in found}


def test_rules_and_labels_are_known() -> None:
    """Their fields and dimensions, too; where a pattern stands nobody knows what it is to match."""
    match = "{rule: [slow, late, 'sl*'], area: service, kind: inquiry, severity: critical, team: 'n*', stage: demo}"
    inhibit = "inhibit: [{source: {rule: late}, target: {rule: slow}, equal: [team]}]\n"
    assert {} == strange(f"route: {{receivers: [ops], routes: {{a: {{match: {match}}}}}}}\n{inhibit}")


def test_slips_of_the_pen() -> None:
    """In inner routes, in what they group by, and in what keeps others quiet."""
    text = (
        "route: {receivers: [ops], group_by: [taem], routes: {a: {match: {rule: [slwo, late], aera: x}}}}\n"
        "inhibit: [{source: {rule: lat}, target: {rule: slow}, equal: [reps]}]\n"
    )
    said = strange(text)

    assert "unknown rule 'slwo', did you mean 'slow'?" == said["route.routes.a.match.rule"]
    assert "unknown rule 'lat', did you mean 'late'?" == said["inhibit.0.source.rule"]
    assert "unknown name 'aera', did you mean 'area'?: no rule gives" in said["route.routes.a.match.aera"]
    assert "did you mean 'team'?" in said["route.group_by.0"]
    assert "did you mean 'rep'?" in said["inhibit.0.equal.0"]
    assert 5 == len(said)


def test_values_that_no_alert_has() -> None:
    """A page that is to go out for what is critical must not hang on how that is written."""
    match = "{severity: [critcal, warning], kpi: cals, window: 'd*'}"
    said = strange(f"route: {{receivers: [ops], routes: {{a: {{match: {match}}}}}}}\n")

    assert "unknown severity 'critcal', did you mean 'critical'?" == said["route.routes.a.match.severity"]
    assert "unknown kpi 'cals', did you mean 'calls'?" == said["route.routes.a.match.kpi"]
    assert 2 == len(said)


def test_only_absence_rules_have_a_kind() -> None:
    """Another rule's alert has none."""
    text = "route: {receivers: [ops], routes: {a: {match: {kind: inquiry}}}}\n"
    assert ["route.routes.a.match.kind"] == [*strange(text, RULES.partition("absences")[0])]
