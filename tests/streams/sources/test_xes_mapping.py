"""Mapping files: what they may say, and how they are told off."""

import pytest

from schemas.files.fault import Faults
from streams.sources.xes_mapping import XesMapping, parse_xes_mapping
from tests.real_data import real_data

HEAD = "name: n\nsource: s\nrules:\n"
RULE = '  - {activity: A, type: crm.deal.won, data: {deal: "{case}"}}\n'


def of_deal(field: str) -> str:
    """Return a mapping whose deals have this field too."""
    return f'{HEAD}  - {{activity: A, type: crm.deal.won, data: {{deal: "{{case}}", {field}}}}}\n'


def of_call(field: str) -> str:
    """Return a mapping whose calls have this field."""
    return f"{HEAD}  - {{activity: A, type: crm.call.logged, data: {{{field}}}}}\n"


def faults(text: str) -> list[str]:
    with pytest.raises(Faults) as failure:
        parse_xes_mapping(text, "m.yaml")
    return [str(fault) for fault in failure.value.faults]


def test_the_least_there_can_be() -> None:
    """Everything but name, source and a rule has a default."""
    mapping = parse_xes_mapping(HEAD + RULE, "m.yaml")

    assert isinstance(mapping, XesMapping)
    assert (
        mapping.id,
        mapping.account,
        mapping.index_digits,
        mapping.timezone,
        mapping.rep,
    ) == ("{case}-{index}", "{case}", 0, "UTC", None)
    assert mapping.rules[0].lifecycle == "*"


def test_the_real_mapping_is_accepted() -> None:
    """With its stages and time zone, for the catalog that goes with the log."""
    path = real_data("bpi2012-mapping.yaml")
    mapping = parse_xes_mapping(path.read_bytes(), path.name)

    assert (mapping.timezone, len(mapping.stages), len(mapping.rules)) == ("Europe/Amsterdam", 5, 12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: n\nrules: []\n", ["m.yaml:2: rules: must have at least 1 entry", "source: missing"]),
        (HEAD + RULE + "reps: x\n", ["m.yaml:5: reps: unknown field 'reps', did you mean 'rep'?"]),
        ("timezone: Mars\n" + HEAD + RULE, ["m.yaml:1: timezone: unknown time zone 'Mars'"]),
        ('id: "{nth}"\n' + HEAD + RULE, ["m.yaml:1: id: unknown placeholder 'nth'"]),
        (HEAD + RULE.replace("won", "wonn"), ["m.yaml:4: rules[0].type: unknown event type 'crm.deal.wonn'"]),
        (
            HEAD + RULE.replace("deal:", "deel:"),
            ["crm.deal.won needs deal", "data.deel: crm.deal.won: unknown"],
        ),
        (HEAD + RULE.replace("{case}", "{case"), ["rules[0].data.deal: braces don't match"]),
        (HEAD + RULE.replace("{case}", "{case.x}"), ["rules[0].data.deal: unknown placeholder 'case.x'"]),
        (HEAD + RULE.replace("{case}", "{case!r}"), ["rules[0].data.deal: unknown placeholder 'caser'"]),
        (
            HEAD + RULE.replace('"{case}"', "{evnt: K}"),
            ["data.deal.evnt: unknown field 'evnt', did you mean"],
        ),
        (HEAD + RULE.replace('"{case}"', "{}"), ["data.deal: expected one of trace, event, since"]),
        (HEAD + RULE.replace('"{case}"', "{trace: A, event: B}"), ["data.deal: expected one of trace"]),
        (HEAD + RULE.replace('"{case}"', "{trace: A, as: nmber}"), ["data.deal.as: expected one of text"]),
        (HEAD + RULE.replace('"{case}"', "{since: A, as: number}"), ["seconds are a number already"]),
        (HEAD + RULE.replace("}}", "}, contact: {}}"), ["rules[0].contact: crm.deal.won has no contact"]),
        (
            HEAD + '  - {activity: A, type: crm.lead.created, data: {lead: "{case}", contact: x}}\n',
            ["rules[0].data.contact: contact stands beside data"],
        ),
        (
            of_deal("amount: {trace: A}"),
            ["4: rules[0].data.amount: crm.deal.won: expected a number, found a text; as: number"],
        ),
        (
            of_deal("amount: {event: A, as: boolean}"),
            ["amount: crm.deal.won: expected a number, found a boolean; as: number"],
        ),
        (of_deal('amount: "{index}"'), ["amount: crm.deal.won: expected a number, found the text '{index}'"]),
        (
            of_deal("product: {trace: A, as: number}"),
            ["product: crm.deal.won: expected a text, found a number; as: text"],
        ),
        (of_deal("product: {since: A}"), ["product: crm.deal.won: expected a text, found seconds"]),
        (of_deal("product: 5"), ["product: crm.deal.won: expected a text, found 5; put it in quotes"]),
        (
            of_call("direction: in"),
            ["direction: crm.call.logged: expected one of inbound, outbound, found 'in'"],
        ),
        (
            of_call("value_added: {event: A}"),
            ["expected true or false, found a text; as: boolean makes it one"],
        ),
        (
            HEAD
            + "  - {activity: A, type: crm.target.set, data: {kpi: a, window: day, period: b, value: 1, dims: x}}\n",
            ["data.dims: crm.target.set: it holds more than a single value, which no mapping gives"],
        ),
    ],
)
def test_every_mistake_has_its_line_and_field(text: str, expected: list[str]) -> None:
    """All of them at once, each with what to do about it."""
    found = "\n".join(faults(text))

    for part in expected:
        assert part in found


def test_what_a_log_may_hold_is_good() -> None:
    """Texts of texts, numbers of numbers, seconds since something; and texts with something filled in."""
    good = (
        'duration_s: {since: START}, value_added: {event: A, as: boolean}, direction: inbound, deal: "{case} {nth}", '
        "channel: {trace: A}, recontactable: true"
    )

    assert len(parse_xes_mapping(of_call(good), "m.yaml").rules[0].data) == 6
    assert parse_xes_mapping(of_deal("amount: 5"), "m.yaml")


def test_what_the_grammar_forbids_hides_nothing_else() -> None:
    """A field and a rule that can't be read stand beside mistakes in others, which keep their places."""
    text = (
        "timezone: Mars\nrep: 5\n" + HEAD + "  - {type: crm.deal.won}\n" + RULE.replace("deal:", "deel:")
        + "  - {activity: B, type: crm.rep.updated, data: {team: t, active: true}}\n"
    )  # fmt: skip

    assert faults(text) == [
        "m.yaml:1: timezone: unknown time zone 'Mars'",
        "m.yaml:2: rep: expected a text, found the number 5; put it in quotes",
        "m.yaml:6: rules[0].activity: missing",
        "m.yaml:6: rules[0].data: crm.deal.won needs deal",
        "m.yaml:7: rules[1].data: crm.deal.won needs deal",
        "m.yaml:7: rules[1].data.deel: crm.deal.won: unknown field 'deel', did you mean 'deal'?",
    ]


def test_a_reference_to_nothing_is_one_mistake() -> None:
    """What it would have been is not known."""
    assert ["m.yaml:4: rules[0].data.amount: expected one of trace, event, since"] == faults(
        of_deal("amount: {}")
    )
