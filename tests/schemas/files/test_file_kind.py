"""What kind of file a person wrote."""

import pytest

from schemas.files.file_kind import FileKind, kind_of


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        (["catalog", "rules", "examples"], (FileKind.EXAMPLES, "examples")),
        (["name", "source", "timezone", "rules"], (FileKind.MAPPING, "source")),
        (["extends", "rules"], (FileKind.RULES, "rules")),
        (["absences"], (FileKind.RULES, "absences")),
        (["timezone", "route", "receivers"], (FileKind.DELIVERY, "receivers")),
        (["boards"], (FileKind.BOARDS, "boards")),
        (["tokens"], (FileKind.TOKENS, "tokens")),
        (["catalog", "extends", "kpis"], (FileKind.CATALOG, "kpis")),
        (["catalog", "extends"], (FileKind.CATALOG, "extends")),
        (["catalog", "kpi", 7], (FileKind.CATALOG, "kpi")),
        (["rulse"], (FileKind.RULES, "rulse")),
        (["weather", 7], None),
        ([], None),
    ],
)
def test_a_section_tells(sections: list[object], told: tuple[FileKind, str] | None) -> None:
    """The one that no other kind has, or what was meant to be; what files of several kinds have tells nothing."""
    assert told == kind_of(sections)
