"""One combination of dimension values."""

import orjson

from processors.adding.group import FLAGS, RETIRE, UNSEEN, Group
from tests.processors.engine import PLAN


def test_what_a_group_is_called() -> None:
    """Its dims are told as a signature, as the end of keys, and as JSON, `null` included."""
    group = Group({"to_stage": "a|b", "from_stage": None})

    assert ("from_stage", "to_stage") == group.signature
    assert "from_stage=,to_stage=a%7Cb" == group.text
    assert {"from_stage": None, "to_stage": "a|b"} == orjson.loads(group.dims_json)


def test_the_company_has_no_dims() -> None:
    """The company's signature and text are empty."""
    group = Group({})

    assert ((), "", "{}") == (group.signature, group.text, group.dims_json)


def test_flags_are_no_facts() -> None:
    """The flags beside the bits of facts collide with none of them, nor with each other."""
    assert 0 == PLAN.all_facts & FLAGS
    assert FLAGS == RETIRE + UNSEEN
    assert 2 == FLAGS.bit_count() == len({RETIRE, UNSEEN})
