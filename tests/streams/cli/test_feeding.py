"""The events of files, given to what replays them."""

from pathlib import Path

import orjson
import pytest

from schemas.dead_letter import Reason, Unusable
from streams.cli.failure import CommandError
from streams.cli.feeding import feed
from streams.sources.raw import RawEvent
from streams.sources.xes_mapping import parse_xes_mapping

UPDATE = b'{"type":"crm.rep.updated"}'
CALL = b'{"type":"crm.call.logged"}'
MAPPING = "name: n\nsource: s\nrules:\n  - {activity: A, type: %s, data: {rep: ann}}\n"
LOG = '<log><trace><string key="concept:name" value="1"/><event><string key="concept:name" value="A"/></event></trace></log>'


def test_the_directory_comes_first_wherever_it_stands(tmp_path: Path) -> None:
    """What is learned is taken again in its turn."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(CALL + b"\n" + UPDATE + b"\n")
    given: list[tuple[str, bytes]] = []

    feed([str(path)], None, lambda event: given.append(("taken", event.value)), lambda value: given.append(("learned", value)))  # fmt: skip

    assert given == [("learned", UPDATE), ("taken", CALL), ("taken", UPDATE)]


@pytest.mark.parametrize(("kind", "learned"), [("crm.rep.updated", 1), ("crm.call.logged", 0)])
def test_a_log_is_read_twice_only_where_its_mapping_makes_updates(
    kind: str, learned: int, tmp_path: Path
) -> None:
    """XML is read slowly, and most logs say nothing of who is in which team."""
    path = tmp_path / "a.xes"
    path.write_text(LOG)
    rules = (
        "data: {rep: ann, team: north, active: true}"
        if learned
        else "data: {rep: ann, channel: phone, duration_s: 1}"
    )
    mapping = parse_xes_mapping((MAPPING % kind).replace("data: {rep: ann}", rules), "m.yaml")
    heard: list[bytes] = []
    taken: list[RawEvent] = []

    feed([str(path)], mapping, taken.append, heard.append)

    assert (len(heard), [orjson.loads(event.value)["type"] for event in taken]) == (learned, [kind])


def test_what_cant_be_used_is_told_and_returned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its place; the others are taken."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x\n" + CALL + b"\n")

    def take(event: RawEvent) -> None:
        if event.value != CALL:
            raise Unusable(Reason.BAD_JSON, "no JSON")

    assert len(feed([str(path)], None, take)) == 1
    assert capsys.readouterr().err == f"{path}:1: bad_json: no JSON\n"


def test_files_that_are_not_there_are_wrong_use() -> None:
    """In a sentence for who called the command."""
    with pytest.raises(CommandError, match=r"none\.jsonl: no such file"):
        feed(["none.jsonl"], None, lambda _: None)
