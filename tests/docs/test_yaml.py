"""YAML on the pages is what it says: a catalog, rules, boards, examples, a mapping, or settings."""

import pytest

from schemas.board import load_boards
from schemas.catalog import Catalog, load_catalog
from schemas.example import read_examples
from schemas.files.document import Faults, parse
from schemas.notify import load_notify
from schemas.rule import load_rules
from schemas.rules.absence import load_absences
from schemas.token import load_tokens
from streams.settings.model import Settings
from streams.sources.xes_mapping import parse_xes_mapping
from tests.docs.pages import Block, blocks

BLOCKS = [block for block in blocks("yaml") if not block.marked]


def read(block: Block) -> None:
    """Load a block as what its fields say it is; a catalog's fragment is laid over the standard one."""
    fields = parse(block.text, str(block)).data
    if isinstance(fields.get("rules"), list):
        parse_xes_mapping(block.text, str(block))
    elif {"rules", "absences"} & set(fields):
        catalog = load_catalog()
        load_rules(catalog, block.text, str(block))
        load_absences(block.text, str(block))
    elif "receivers" in fields:
        load_notify(block.text, str(block))
    elif isinstance(fields.get("tokens"), dict):
        load_tokens(block.text, str(block))
    elif "boards" in fields:
        load_boards(load_catalog(), block.text, str(block))
    elif "examples" in fields:
        read_examples(block.text, str(block))
    elif set(fields) <= set(Settings.model_fields):
        Settings(**fields)
    else:
        head = "" if "catalog" in fields else "catalog: fragment\nextends: standard\n"
        load_catalog(head + block.text, str(block))


@pytest.mark.parametrize("block", BLOCKS, ids=map(str, BLOCKS))
def test_examples_are_good(block: Block) -> None:
    """Each loads without a mistake, and those that are marked `broken` don't."""
    if "broken" in block.flags:
        with pytest.raises(Faults):
            read(block)
    else:
        read(block)


def test_the_catalogs_page_shows_every_section() -> None:
    """Each part of the grammar has an example in docs/catalog.md."""
    shown = set()
    for block in BLOCKS:
        if block.page.name == "catalog.md":
            fields = set(parse(block.text, str(block)).data)
            shown |= fields if "examples" not in fields else set()
    assert shown == set(Catalog.model_fields)
