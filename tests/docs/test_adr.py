"""Every decision says what it was made of, and the index has it."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, text_of

RECORDS = sorted(path.relative_to(ROOT) for path in ROOT.glob("docs/adr/[0-9]*.md"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_has_all_its_parts(record: Path) -> None:
    """Context, decision, alternatives and drawbacks, in this order, none of them empty."""
    _, *sections = re.split(r"^## ", text_of(record), flags=re.MULTILINE)
    titles = [section.partition("\n")[0] for section in sections]
    assert titles == ["Context", "Decision", "Alternatives", "Drawbacks"]
    assert all(section.partition("\n")[2].strip() for section in sections)


def test_the_index_has_every_decision_under_its_title() -> None:
    """Numbers run from 1, and titles on page and index agree."""
    index = re.findall(
        r"^\| \[(\d+)\]\((.+?)\) \| (.+?) \|$", text_of(Path("docs/adr/README.md")), re.MULTILINE
    )
    assert [(int(number), name) for number, name, _ in index] == [
        (number, record.name) for number, record in enumerate(RECORDS, 1)
    ]
    for (number, _, title), record in zip(index, RECORDS, strict=True):
        assert text_of(record).startswith(f"# {number}. {title}\n")
        assert record.name.startswith(f"{int(number):04}-")
