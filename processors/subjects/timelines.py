"""A subject whose entities are timelines: conversations, deals, leads and the like."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, State, Timeline
from processors.partition import StateItem
from processors.subjects.subject import Context, Handler
from processors.tracking.state import EntityId, Timelines, WatchedTimelines

S = TypeVar("S", bound=State)


class TimelineSubject(Generic[S]):
    """Entities of one kind; a subclass says what its events are and how they are written down."""

    def __init__(
        self,
        context: Context,
        tag: bytes,
        name: str,
        new: Callable[[], S],
        ended: Callable[[list[Said]], bool],
    ):
        self.tags: tuple[bytes, ...] = (tag + b"|",)
        self.handlers: Mapping[str, Handler] = {}
        self._context = context
        self._timelines: Timelines = Timelines(tag)
        self._name = f"{name}_now"
        self._new = new
        self._ended = ended

    def watch(self) -> WatchedTimelines:
        """Have it noted which entities change; to be called before anything is restored or taken."""
        watched = self._timelines = WatchedTimelines(self.tags[0][:-1])
        return watched

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record."""
        self._timelines.restore(key, value)

    def restored(self, _cut: int) -> None:
        """The changelog is at its end."""
        self._timelines.restored()

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise the entities that changed."""
        return self._timelines.snapshot(cut)

    def forget(self, floor_us: int) -> None:
        """Let go of entities that ended."""
        self._timelines.forget_before(floor_us, self._ended)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many entities there are."""
        return {self._name: len(self._timelines)}

    def _digest(
        self,
        id_: EntityId,
        timeline: Timeline[S],
        said: Said,
        facts: list[Fact],
        replaced: Said | None = None,
    ) -> None:
        """Let an entity take an event whose rep and team are known."""
        context = self._context
        if timeline.fence < context.offset:
            context.late_corrections += timeline.digest(said, self._new, _no_owner, facts, replaced)
            self._timelines.touch(id_)


def _no_owner(_event: Any, _owner: str | None) -> str:
    raise AssertionError("only deals have owners")
