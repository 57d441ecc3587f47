"""What a turn begins with: what was told is read whole, then what is so, which is followed from then on."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack

from processors.notify.ends import Ends
from processors.notify.notifier import Notifier
from processors.partition import Record, StateItem
from processors.places import Places
from streams.clock import now_us
from streams.kafka.follower import followed
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from streams.tables import read_changelog
from streams.topics import topics


async def read_all(
    stack: AsyncExitStack,
    settings: Settings,
    notifier: Notifier,
    ends: Ends,
    heard: Callable[[], None],
    fail: Callable[[str, BaseException], None],
) -> None:
    """Tell `notifier` and `ends` all there is; follow it, as long as the stack is open, and call `heard` of news.

    Raises:
        RestoreError, FollowError: a topic can't be read.
    """
    options, own, places = client_options(settings), topics(settings), Places()

    def restore(items: Iterable[StateItem]) -> None:
        notifier.restore((key, value) for key, value in items if key is not None)

    await read_changelog(options, own.notified.name, 0, restore)
    notifier.restored()

    def take_reps(records: Sequence[Record]) -> None:
        for record in records:
            said = places.take(record.value, record.headers, record.timestamp * 1000)
            if said is not None:
                notifier.take_rep(said.rep, said.team, now_us())
        heard()

    def take_silences(records: Sequence[Record]) -> None:
        for record in records:
            notifier.take_silence(_key(record), record.value)
            ends.take_silence(_key(record), record.value, now_us())
        heard()

    def take_alerts(records: Sequence[Record]) -> None:
        for record in records:
            notifier.take_alert(_key(record), record.value, min(record.timestamp * 1000, now_us()))
            ends.take_alert(_key(record), record.value, now_us())
        heard()

    for topic, take in ((own.silences, take_silences), (own.directory, take_reps), (own.alerts, take_alerts)):
        await stack.enter_async_context(followed(options, topic, take, fail))


def _key(record: Record) -> str:
    return (record.key or b"").decode(errors="replace")
