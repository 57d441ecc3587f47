"""The files of a command line as one run of events."""

import os
from pathlib import Path

import pytest

from streams.sources.files import EventFiles
from streams.sources.raw import SourceFailed
from streams.sources.xes_mapping import parse_xes_mapping

LOG = """<log><trace><string key="concept:name" value="7"/><event>
<string key="concept:name" value="A"/><date key="time:timestamp" value="2026-01-01T00:00:00Z"/>
</event></trace></log>"""
MAPPING = """
name: test
source: xes
rules:
  - {activity: A, type: crm.deal.canceled, data: {deal: "{case}"}}
"""


def test_files_are_read_one_after_the_other_and_again(tmp_path: Path) -> None:
    """A command may go over its files twice: once to look, once to send."""
    (tmp_path / "a.jsonl").write_text("1\n2\n")
    (tmp_path / "b.jsonl").write_text("3\n")
    events = EventFiles([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")])

    for _ in range(2):
        assert [event.value for event in events] == [b"1", b"2", b"3"]
        assert 6 == events.bytes_read == events.bytes_total


def test_logs_and_lines_can_be_mixed(tmp_path: Path) -> None:
    """A log is told by its name; only logs are not in order of time, and only rules can hide updates."""
    (tmp_path / "a.xes").write_text(LOG)
    (tmp_path / "b.jsonl").write_text("1\n")
    log, lines = str(tmp_path / "a.xes"), str(tmp_path / "b.jsonl")
    mapping = parse_xes_mapping(MAPPING, "m.yaml")

    events = EventFiles([log, lines], mapping)
    assert [event.where.rpartition("/")[2] for event in events] == ["a.xes: trace 7, event 0", "b.jsonl:1"]
    assert not events.in_time_order
    assert EventFiles([lines]).in_time_order
    assert EventFiles([lines]).may_update_directory
    assert not EventFiles([log], mapping).may_update_directory


def test_all_that_is_wrong_with_the_files_is_said_at_once(tmp_path: Path) -> None:
    """Nobody wants to find out about three files in three runs."""
    (tmp_path / "a.xes").write_text(LOG)

    with pytest.raises(SourceFailed) as failure:
        EventFiles([str(tmp_path), str(tmp_path / "no.jsonl"), str(tmp_path / "a.xes"), "-", "-"])

    for part in ("a directory", "no.jsonl: no such file", "a.xes: an XES log needs a mapping", "only once"):
        assert part in str(failure.value)


def test_a_mapping_that_no_file_is_read_by(tmp_path: Path) -> None:
    """A log by another name would be taken for JSON Lines, each of its lines for an event that can't be used."""
    (tmp_path / "log.xml").write_text(LOG)
    mapping = parse_xes_mapping(MAPPING, "m.yaml")

    with pytest.raises(
        SourceFailed, match=r"log.xml, -: a mapping is for XES logs; their names end in .xes or"
    ):
        EventFiles([str(tmp_path / "log.xml"), "-"], mapping)
    with pytest.raises(SourceFailed, match=r"^<stdin>: a mapping is for XES logs"):
        EventFiles([str(tmp_path / "log.xml")], mapping, {str(tmp_path / "log.xml"): "<stdin>"})


def test_a_log_that_no_rule_matches_is_told_once(tmp_path: Path) -> None:
    """Nothing came of it, and no event was wrong: who wrote the rules must hear what the log calls its activities."""
    (tmp_path / "a.xes").write_text(LOG)
    (tmp_path / "empty.xes").write_text("<log/>")
    paths, told = [str(tmp_path / "a.xes"), str(tmp_path / "empty.xes")], list[str]()
    other = parse_xes_mapping(MAPPING.replace("activity: A", "activity: a"), "m.yaml")
    events = EventFiles(paths, other, tell=told.append)

    assert [] == [*events, *events]
    said = "no event matches a rule of the mapping; activities (and lifecycles): "
    assert [f"{paths[0]}: {said}A"] == told
    assert 1 == len([*EventFiles(paths, parse_xes_mapping(MAPPING, "m.yaml"), tell=told.append)])
    assert 1 == len(told)


def test_standard_input_comes_once() -> None:
    """What can't be rewound can't be measured either."""
    events = EventFiles(["-"])

    assert (events.rewindable, events.bytes_total) == (False, None)


def test_of_a_log_that_no_rule_matches_lifecycles_are_told(tmp_path: Path) -> None:
    """The rule may well have the activity: `COMPLETE` is not `complete`."""
    lifecycle = '<string key="lifecycle:transition" value="complete"/>'
    (tmp_path / "a.xes").write_text(LOG.replace('"A"/>', f'"A"/>{lifecycle}'))
    rules = parse_xes_mapping(MAPPING.replace("activity: A", "activity: A, lifecycle: COMPLETE"), "m.yaml")
    told = list[str]()

    assert [] == [*EventFiles([str(tmp_path / "a.xes")], rules, tell=told.append)]
    (sentence,) = told
    assert sentence.endswith(": A (complete)")


def test_a_pipe_comes_once(tmp_path: Path) -> None:
    """As standard input does: nobody may count on a second pass, nor know its size."""
    os.mkfifo(tmp_path / "pipe")
    events = EventFiles([str(tmp_path / "pipe")])

    assert (events.rewindable, events.bytes_total) == (False, None)


def test_a_name_that_no_file_can_have() -> None:
    """The system refuses even to look for it."""
    with pytest.raises(SourceFailed, match="no such file"):
        EventFiles(["x" * 5_000])
