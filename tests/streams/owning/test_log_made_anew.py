"""Whoever deleted a topic is told of it, and where it is written what to do."""

from pathlib import Path

from streams.owning.log_made_anew import LogMadeAnewError


def test_the_sentence_names_the_log_and_leads_to_the_page() -> None:
    """How far it was read, how far it goes; the section is there."""
    text = str(LogMadeAnewError("crm.activity", 2, 60, 1_211))

    assert text.startswith("crm.activity[2]: 1,212 of its records were read, and it has had 60: ")
    page, section = text.rsplit("see ", 1)[1].split(", ")
    assert f"## {section}\n" in (Path(__file__).parents[3] / page).read_text()
