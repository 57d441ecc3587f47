"""Names in silences that no alert has."""

from processors.silences.names import strange_names
from processors.silences.silencing import value_of
from schemas.rules.labels import RESERVED
from tests.processors.silences.test_silencing import alert


def test_what_no_alert_has_is_told_with_the_nearest() -> None:
    """Fields, dimensions and the rules' labels are known; each other name once."""
    assert strange_names({"team": "north", "rule": "slow-*", "channel": "*", "floor": "2"}, ["floor"]) == []
    (said,) = strange_names({"taem": "north", "rep": "ann"}, [])
    assert said.startswith("unknown name 'taem', did you mean 'team'?: no rule gives")
    assert strange_names({"taem": "north"}, None) == []
    assert len(strange_names({"floor": "2", "state": "firing", "a": ""}, [])) == 3


def test_what_an_alert_has_is_known() -> None:
    """Whatever is looked up of one by its own name."""
    one = alert(labels={"floor": "2"})
    names = [name for name in RESERVED if value_of(one, name) is not None]
    assert {"rule", "severity", "kpi"} <= {*names}
    assert strange_names(dict.fromkeys([*names, "floor"], "*"), one.labels) == []
