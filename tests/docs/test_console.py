"""What the pages show in `console` blocks is what happens.

A page is worked through in one empty directory: a block after "`name`:" becomes that file, each `$ command`
runs, and must print what stands below it. `…` stands for anything in a line.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, Block, blocks_of

RUN = [page for page in PAGES if any(blocks_of(page, "console"))]
#: One command, on a machine with better things to do.
TIMEOUT_S = 120


def steps(block: Block) -> Iterator[tuple[str, str]]:
    """Yield the commands of a block, each with what it should print."""
    command, shown = "", ""
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], ""
        else:
            assert command, f"{block}: output before the first command"
            shown += line + "\n"
    yield command, shown


def pattern(shown: str) -> str:
    """Return the regular expression that the text of an example is."""
    return re.escape(shown).replace("…", ".*")


def environment() -> dict[str, str]:
    """Return this process's environment, with `crm-pulse` on the path and without its settings."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("CRM_PULSE_")}
    return own | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"}


def test_the_readme_is_among_them() -> None:
    """The examples that matter most are not skipped for want of the right fence."""
    assert {Path("README.md"), Path("docs/catalog.md")} <= set(RUN)


@pytest.mark.parametrize("page", RUN, ids=str)
def test_examples_print_what_the_page_says(page: Path, tmp_path: Path) -> None:
    """Files are made, commands run, outputs compared, in the order of the page."""
    for block in blocks_of(page):
        if block.file is not None:
            (tmp_path / block.file).write_text(block.text, "utf-8")
        if block.language != "console":
            continue
        for command, shown in steps(block):
            done = subprocess.run(
                command, shell=True, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S, check=False,
            )  # fmt: skip
            assert re.fullmatch(pattern(shown), done.stdout), (
                f"{block}: $ {command}\nexpected:\n{shown}\nprinted (status {done.returncode}):\n{done.stdout}"
            )
