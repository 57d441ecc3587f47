"""The types inside a model."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.files.model_types import branch_called, field_names, holders, inside, members


class Leaf(BaseModel):
    """A branch of a union, with a validator of its own."""

    size: int = 0

    @model_validator(mode="after")
    def _fine(self) -> "Leaf":
        return self


class Tree(BaseModel):
    """Has each shape once."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int | Leaf] = Field(init=False)

    either: str | Leaf | None = None
    pairs: tuple[tuple[str, int], ...] = ()
    by_name: dict[str, Leaf] = Field(default_factory=dict)
    renamed: int = Field(0, alias="from")


def test_fields_keys_and_items() -> None:
    """Each step down a model, a mapping, a list, a pair; also under an alias, and of fields that have no name."""
    steps: list[tuple[Any, str | int, Any]] = [
        (Tree, "either", (str, Leaf)),
        (Tree, "from", (int,)),
        (Tree, "pairs", (tuple[tuple[str, int], ...],)),
        (tuple[tuple[str, int], ...], 5, (tuple[str, int],)),
        (tuple[str, int], 1, (int,)),
        (tuple[str, int], 2, ()),
        (dict[str, Leaf], "any", (Leaf,)),
        (Tree, "anything", (int, Leaf)),
        (Leaf, "nothing", ()),
        (None, "nothing", ()),
    ]
    assert [(owner, part, found) for owner, part, found in steps] == [
        (owner, part, inside(owner, part)) for owner, part, _ in steps
    ]


def test_branches() -> None:
    """pydantic calls them by name, by container, or by the validator around them."""
    branches = members(str | tuple[int, ...] | Leaf | None)

    assert (Leaf,) == branch_called(branches, "Leaf")
    assert (Leaf,) == branch_called(branches, "function-after[_fine(), Leaf]")
    assert (tuple[int, ...],) == branch_called(branches, "tuple[int, ...]")
    assert () == branch_called(branches, "set[int]")


def test_names() -> None:
    """Fields by the names that a file uses."""
    assert ["either", "pairs", "by_name", "from"] == field_names(Tree)
    assert [] == field_names(int)


def test_under_what_a_field_stands() -> None:
    """In a branch of a union, in what a mapping or a list holds; not in the model itself."""
    assert ["either", "by_name"] == holders(Tree, "size")
    assert [] == holders(Tree, "either") == holders(int, "size")
