"""The project's Markdown pages and the fenced blocks in them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

#: Written by hand, or made; all are held to what they say.
PAGES = tuple(
    sorted(
        path.relative_to(ROOT)
        for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md"))
    )
)

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([\w.-]+\.\w+)`:$")
_TESTED_BESIDE = re.compile(r"<!-- example: [\w ]+ -->$")


class Block(NamedTuple):
    """A fenced block."""

    page: Path
    line: int
    language: str
    flags: tuple[str, ...]
    """Words after the language."""
    text: str
    file: str | None
    """The file that it is, where the text before it ends in a name and a colon."""
    marked: bool
    """An `<!-- example: … -->` stands before it: a test of its own knows what to do with it."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def text_of(page: Path) -> str:
    """Return a page's text."""
    return (ROOT / page).read_text("utf-8")


def prose_of(page: Path) -> str:
    """Return a page's text without its fenced blocks."""
    return _FENCE.sub("", text_of(page))


def blocks_of(page: Path, *languages: str) -> Iterator[Block]:
    """Yield the blocks of a page in these languages, or all, in order."""
    text = text_of(page)
    for match in _FENCE.finditer(text):
        language, *flags = match["info"].split() or [""]
        if languages and language not in languages:
            continue
        before = text[: match.start()].rstrip()
        file = _FILE.search(before)
        line = text.count("\n", 0, match.start()) + 1
        marked = _TESTED_BESIDE.search(before) is not None
        yield Block(page, line, language, tuple(flags), match["text"], file[1] if file else None, marked)


def blocks(*languages: str) -> list[Block]:
    """Return the blocks of all pages in these languages."""
    return [block for page in PAGES for block in blocks_of(page, *languages)]
