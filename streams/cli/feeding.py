"""The events of files, given to what replays them: who is in which team first, wherever that stands, then all."""

from collections.abc import Callable, Sequence

from schemas.dead_letter import Unusable
from schemas.events.directory import RepUpdated
from streams.cli.failure import CommandError
from streams.cli.unusable import UnusableEvents, tell
from streams.sources.files import EventFiles
from streams.sources.raw import RawEvent, SourceFailed
from streams.sources.spool import spooled
from streams.sources.xes_mapping import XesMapping

UPDATE_BYTES = RepUpdated.TYPE.encode()


def feed(
    files: Sequence[str],
    mapping: XesMapping | None,
    take: Callable[[RawEvent], Unusable | None],
    learn: Callable[[bytes], object] | None = None,
) -> UnusableEvents:
    """Give all events to `take`, and before that to `learn` what may be an update of the directory.

    Returns what `take` could not use (it raises or returns Unusable), having told of it. Raises CommandError where
    the files can't be read.
    """
    unusable = UnusableEvents()
    try:
        with spooled(files) as (paths, names):
            events = EventFiles(paths, mapping, names, tell)
            if learn is not None and events.may_update_directory:
                for event in events:
                    if UPDATE_BYTES in event.value:
                        learn(event.value)
            for event in events:
                try:
                    why = take(event)
                except Unusable as error:
                    why = error
                if why is not None:
                    unusable.note(event.where, why)
    except SourceFailed as error:
        raise CommandError(str(error)) from None
    unusable.end()
    return unusable
