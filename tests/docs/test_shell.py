"""Commands that need a Kafka are not run, but what they name exists: commands, options, settings, targets."""

import re
import shlex

import pytest
import typer.main

from streams.cli.main import COMMANDS, application
from streams.settings.model import FILE_VARIABLE, Settings
from streams.settings.names import variable
from tests.docs.pages import PAGES, ROOT, Block, blocks, text_of

ASSIGNMENT = re.compile(r"(CRM_PULSE_\w+)=(.*)")
SETTINGS = {variable(name): name for name in Settings.model_fields}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def commands(block: Block) -> list[list[str]]:
    """Return the words of each command in a block, without what leads it and what it is piped into."""
    lines = [line.removeprefix("$ ") for line in block.text.splitlines()]
    if block.language == "console":
        lines = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
    found = []
    for line in lines:
        for part in re.split(r"[|>]|&&", line):
            words = shlex.split(part, comments=True)
            while words and (ASSIGNMENT.fullmatch(words[0]) or words[0] == "export"):
                words.pop(0)
            if words:
                found.append(words)
    return found


SHELL = blocks("sh", "console")
CALLS = [(str(block), words[1:]) for block in SHELL for words in commands(block) if words[0] == "crm-pulse"]


@pytest.mark.parametrize(("where", "arguments"), CALLS, ids=[" ".join(words) for _, words in CALLS])
def test_commands_and_options_exist(where: str, arguments: list[str]) -> None:
    """The command line takes every call that a page shows."""
    name, *rest = arguments
    group = typer.main.get_command(application(arguments))
    assert isinstance(group, typer.main.TyperGroup)
    assert name in group.commands, where
    group.commands[name].make_context(name, rest)


def test_settings_exist_and_values_fit() -> None:
    """Every CRM_PULSE_ variable on any page is one, and no page sets a number or a word that is none."""
    for page in PAGES:
        for name in re.findall(r"CRM_PULSE_[A-Z][A-Z_]*[A-Z]", text_of(page)):
            other = name == FILE_VARIABLE or name.startswith("CRM_PULSE_SECRET")
            assert name in SETTINGS or other, f"{page}: {name}"
    given: dict[str, str] = {}
    for block in SHELL:
        for words in map(shlex.split, re.findall(r"^.*CRM_PULSE_.*$", block.text, re.MULTILINE)):
            pairs = [match.groups() for word in words if (match := ASSIGNMENT.fullmatch(word))]
            given |= {SETTINGS[name]: value for name, value in pairs}
    # Files are named as they would be on the reader's machine.
    Settings(**{name: value for name, value in given.items() if not _is_file(name)})  # type: ignore[arg-type]


def _is_file(name: str) -> bool:
    return name in ("catalog", "rules", "notify", "tokens", "boards") or name.endswith("file")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_make_targets_exist(page: str) -> None:
    """Nobody is told to make what can't be made."""
    for target in re.findall(r"`make ([a-z]+)", text_of(page)):  # type: ignore[arg-type]
        assert target in TARGETS, f"{page}: make {target}"


def test_every_make_target_is_explained() -> None:
    """CONTRIBUTING.md has a row for each target, and for no other."""
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert TARGETS - {"help"} == set(re.findall(r"^\| `make ([a-z]+)`", contributing, re.MULTILINE))


def test_the_readme_names_every_command() -> None:
    """Each command of the program is shown at work in the README, or is one of the two to make."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"crm-pulse {name}" in readme or f"make {name}" in readme, name
