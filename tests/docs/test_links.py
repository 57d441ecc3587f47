"""Every relative link on every page leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, prose_of, text_of

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+?) *$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    names = (
        re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).lower() for heading in _HEADING.findall(prose_of(page))
    )
    return {re.sub(r"[^\w\- ]", "", name).replace(" ", "-") for name in names}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_resolve(page: Path) -> None:
    """The file is there, and in a page so is the heading."""
    for link in _LINK.findall(prose_of(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert target.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(target.relative_to(ROOT)), f"{page}: {link}"


def test_every_page_of_docs_is_linked_from_the_readme_or_its_index() -> None:
    """No page is written that nobody finds."""
    linked = set(_LINK.findall(text_of(Path("README.md"))))
    index = set(_LINK.findall(text_of(Path("docs/adr/README.md"))))
    for page in PAGES:
        if page.parts[0] == "docs":
            found = page.name in index if page.parts[1] == "adr" else str(page) in linked
            assert found or str(page) in linked, page
