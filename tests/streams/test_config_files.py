"""The catalog and the rules that a command works with."""

from pathlib import Path

import pytest

from schemas.catalog import load_catalog
from schemas.files.document import Faults
from schemas.rule import load_rules
from streams.config_files import (
    read_catalog,
    read_mapping,
    read_rules,
    read_with_boards,
    read_with_rules,
    rule_labels,
)

RULE = "rules:\n  slow: {kpi: response_time_p90, window: rolling_24h, above: 3600, severity: critical}\n"


def test_without_a_path_the_standard_ones() -> None:
    """No file: the standard catalog, and the standard rules for it."""
    catalog = read_catalog(None)

    assert load_catalog() == catalog
    assert load_rules(catalog) == read_rules(None, catalog)


def test_files(tmp_path: Path) -> None:
    """A file's catalog is read, whether its path is text or not."""
    path = tmp_path / "own.yaml"
    path.write_text("catalog: own\nextends: standard\n")

    assert "own" == read_catalog(path).catalog == read_catalog(str(path)).catalog


@pytest.mark.parametrize("content", [None, b"catalog: \xff\n"])
def test_what_cant_be_read(tmp_path: Path, content: bytes | None) -> None:
    """A missing file, or one that is no UTF-8, is a fault that names it, once and without a line."""
    path = tmp_path / "own.yaml"
    if content is not None:
        path.write_bytes(content)

    for read in (read_catalog, lambda path: read_rules(path, load_catalog())):
        with pytest.raises(Faults, match=rf"^{path}: can't be read: ") as said:
            read(path)
        assert 1 == str(said.value).count("own.yaml")


def test_mistakes_name_the_file(tmp_path: Path) -> None:
    """A mistake in a file is told with the file's name and line, in rules against the catalog's KPIs."""
    path = tmp_path / "own.yaml"
    path.write_text("catalog: own\nextends: standard\nrolling: [x]\n")
    with pytest.raises(Faults, match=rf"{path}:3: rolling\[0\]: "):
        read_catalog(path)

    path.write_text(RULE.replace("p90", "p95"))
    with pytest.raises(
        Faults, match=rf"^{path}:2: .*unknown KPI 'response_time_p95', did you mean 'response_time_p"
    ):
        read_rules(path, load_catalog())


def test_files_that_go_together(tmp_path: Path) -> None:
    """What is wrong with them is told at once; rules and boards are about what can be read of the catalog."""
    catalog, rules, boards = (tmp_path / name for name in ("c.yaml", "r.yaml", "b.yaml"))
    catalog.write_text(
        "catalog: own\nextends: standard\nrolling: [x]\nkpis: {own: {label: 5, unit: count, count: call}}\n"
    )
    rules.write_text("rules:\n  a: {kpi: own, window: day, above: 1}\n  b: {kpi: owm, window: day, above: 1}\n"
                     "absences:\n  c: {kind: inquiries, limits: {info: 1h}}\n")  # fmt: skip
    boards.write_text("boards: {a: {title: A, tiles: [{type: number, kpi: owm, window: day}]}}\n")

    with pytest.raises(Faults) as of_rules:
        read_with_rules(catalog, rules)
    with pytest.raises(Faults) as of_boards:
        read_with_boards(catalog, boards)

    mine = ["kpis.own.label", "rolling[0]"]
    assert [*mine, "absences.c.kind", "rules.b.kpi"] == sorted_by_file(of_rules.value)
    assert [*mine, "boards.a.tiles[0].kpi"] == sorted_by_file(of_boards.value)


def test_rules_beside_a_catalog_that_is_not_there(tmp_path: Path) -> None:
    """Likewise."""
    rules = tmp_path / "r.yaml"
    rules.write_text("absences:\n  c: {kind: lead, limits: {}}\n")

    with pytest.raises(Faults) as wrong:
        read_with_rules(tmp_path / "c.yaml", rules)
    assert ["", "absences.c.limits"] == sorted_by_file(wrong.value)


def test_rules_about_groups_that_cant_be_read(tmp_path: Path) -> None:
    """For whom a KPI is kept is not known: a rule may ask for anybody."""
    catalog, rules = tmp_path / "c.yaml", tmp_path / "r.yaml"
    catalog.write_text(
        "catalog: own\nextends: standard\nkpis: {own: {label: L, unit: count, count: call, levels: [comp]}}\n"
    )
    rules.write_text("rules: {a: {kpi: own, window: day, above: 1, for_each: channel}}\n")

    with pytest.raises(Faults) as wrong:
        read_with_rules(catalog, rules)
    assert ["kpis.own.levels[0]"] == sorted_by_file(wrong.value)


def sorted_by_file(wrong: Faults) -> list[str]:
    """Return the fields, those of the catalog first."""
    faults = sorted(wrong.faults, key=lambda fault: ("c.yaml" not in fault.file, fault.field))
    return [fault.field for fault in faults]


def test_rules_beside_a_catalog_that_cant_be_read(tmp_path: Path) -> None:
    """Of what they name nothing is known; the rest is checked."""
    catalog, rules = tmp_path / "c.yaml", tmp_path / "r.yaml"
    catalog.write_text("catalog: own\nkpis: 5\npipelines: {}\n")
    rules.write_text(
        "rules: {a: {kpi: mine, window: day, above: 1}}\nabsences:\n  c: {kind: lead, limits: {}}\n"
    )

    with pytest.raises(Faults) as wrong:
        read_with_rules(catalog, rules)
    assert ["kpis", "absences.c.limits"] == sorted_by_file(wrong.value)


def test_labels_of_rules(tmp_path: Path) -> None:
    """Of both kinds; where a file has mistakes they are not known, and nothing fails for that."""
    file = tmp_path / "rules.yaml"
    file.write_text(
        "rules: {a: {title: A, kpi: calls, window: day, above: 1, severity: warning, labels: {floor: '2'}}}\n"
        "absences: {b: {title: B, kind: inquiry, limits: {warning: 1h}, labels: {desk: x}}}\n"
    )
    assert rule_labels(file, None) == {"floor", "desk"}
    file.write_text("rules: {a: {kpi: cals}}\n")
    assert rule_labels(file, None) is None
    assert rule_labels(None, tmp_path / "none.yaml") is None


def test_a_mapping_is_asked_for_or_not(tmp_path: Path) -> None:
    """Without a path there is none, which is right for files that are no logs."""
    path = tmp_path / "m.yaml"
    path.write_text("name: n\nsource: s\nrules:\n  - {activity: A, type: crm.call.logged}\n")
    found = read_mapping(path)

    assert read_mapping(None) is None
    assert found is not None
    assert found.name == "n"
