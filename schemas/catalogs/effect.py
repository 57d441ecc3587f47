"""What a changed catalog does to state that was written under the one before: one change, and all of them."""

from enum import Enum
from typing import Literal, NamedTuple


class Effect(Enum):
    """What a change does, from harmless to wrong."""

    SAME = "same"
    """Nothing that was added up is concerned."""
    HISTORY = "history"
    """Something is told that was not before, of what was added up anyway: its history is there."""
    FILLS = "fills"
    """Something is added up from now on; a rebuild would give it its history."""
    MIXED = "mixed"
    """Parts of a new KPI have a history, others begin now: where it reaches back it is wrong, until a rebuild."""
    WRONG = "wrong"
    """What was added up means something else now: a rebuild is needed."""


class Change(NamedTuple):
    """One change."""

    effect: Effect
    field: str
    """Where in the catalog: `calendar.timezone`, `kpis.calls`."""
    sentence: str
    """What it means, for the person who made it."""


class Changes(NamedTuple):
    """All changes, the gravest first."""

    changes: tuple[Change, ...]

    @property
    def effect(self) -> Effect:
        """The gravest effect."""
        return self.changes[0].effect if self.changes else Effect.SAME

    @property
    def rebuild(self) -> Literal["none", "to_fill", "required"]:
        """Whether state must be built again from the events, or would only gain history by it."""
        return {Effect.WRONG: "required", Effect.MIXED: "to_fill", Effect.FILLS: "to_fill"}.get(
            self.effect, "none"
        )  # type: ignore[return-value]

    def __str__(self) -> str:
        return "\n".join(f"{change.field}: {change.sentence}" for change in self.changes)
