"""The hub: one reader of the store's changes for all clients of the event stream.

Everything here happens in one event loop and waits for no client. What changes is collected for each feed and sent on
in rounds; a round costs a write for each client, so rounds are rarer where there are many.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from processors.publishing.records import rfc3339
from processors.serving.freshness import State
from processors.serving.selecting import Selecting, earliest
from streams.clock import monotonic_s
from streams.serving.store import Changes
from streams.web.api import sse
from streams.web.api.client import Client, Reason
from streams.web.api.directory import Directory
from streams.web.api.feed import Feed, Question
from streams.web.api.interest import Interest
from streams.web.api.kept import KeptChanges
from streams.web.api.limits import Limits
from streams.web.api.problems import ProblemError, ProblemType

ROUND_S: Final = 0.1
"""The pause between two rounds of what changed: no slower than the engine publishes…"""
ROUND_PER_CLIENT_S: Final = 0.000_5
"""…and about three times what the writes of a round take, so that there is time for everything else."""


class Hub:
    """The clients of one process, and what they are told."""

    def __init__(
        self, selecting: Selecting, directory: Directory, limits: Limits, now_us: Callable[[], int]
    ) -> None:
        self.selecting = selecting
        self.limits = limits
        self.feeds: dict[Question, Feed] = {}
        self.id: str | None = None
        """Of the last changes that were taken."""
        self.state: State = "filling"
        self.stopping = False
        self.failure: BaseException | None = None
        """Why it stands still, which is a fault of this program."""
        self.dropped: Counter[Reason] = Counter()
        self.sent_messages = 0
        self.wants_snapshot: Callable[[Feed], None] = lambda feed: None
        """Called when clients of a feed wait for one."""
        self._directory = directory
        self._now_us = now_us
        self._interest = Interest()
        self._kept = KeptChanges(limits.kept_changes_max, limits.kept_bytes_max)
        self._changed: set[Feed] = set()
        self._alert_feeds: set[Feed] = set()
        self._moves_us: int | None = None
        self._begun_us = 0
        """When the latest of the periods began that run."""
        self._of_name: Counter[str] = Counter()
        self._team_of = directory.team_of
        """As restricted viewers were told."""
        self._regrouped_us = 0
        """After this the directory is as it is now."""
        self._status = b""

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return self._of_name.total()

    @property
    def round_s(self) -> float:
        """The pause until the next round."""
        return max(ROUND_S, self.clients * ROUND_PER_CLIENT_S)

    def join(self, question: Question, counted_as: str, last_id: str | None) -> Client:
        """Let a client in. Raises ProblemError where there are too many."""
        self._check_room(counted_as)
        if not question.viewer.sees_all:
            # Else the next beat would find the directory that was read for this one new, and begin again.
            self.regroup()
        client = Client(counted_as, self.limits, monotonic_s())
        feed = self.feeds.get(question)
        if feed is None:
            feed = self.feeds[question] = Feed(question)
            self._place(feed)
        feed.clients.add(client)
        self._of_name[counted_as] += 1
        client.offer(sse.RETRY)
        if not self._status:  # nothing is known yet
            self._status = sse.status({"state": "filling", "as_of": None, "now": rfc3339(self._now_us())})
        client.offer(self._status)
        if not self._goes_on(feed, client, last_id):
            self.begin(feed, client)
        return client

    def leave(self, question: Question, client: Client) -> None:
        """Let a client go."""
        feed = self.feeds[question]
        feed.clients.discard(client)
        self._of_name[client.counted_as] -= 1
        self._of_name += Counter()  # names of nobody are forgotten
        if client.reason is not None:
            self.dropped[client.reason] += 1
        if not feed.clients:
            self._interest.remove(feed)
            self._alert_feeds.discard(feed)
            self._changed.discard(feed)
            del self.feeds[question]

    def begin(self, feed: Feed, client: Client) -> None:
        """Give a client the snapshot, or let it wait for one."""
        client.hold()
        if feed.snapshot is not None:
            self.give(feed, client)
        else:
            self.wants_snapshot(feed)

    def give(self, feed: Feed, client: Client) -> None:
        """Give the feed's snapshot, with the status as it is now."""
        assert feed.snapshot is not None
        client.snapshot(feed.snapshot.message(self._status.partition(b"data: ")[2].rstrip()))

    def take(self, changes: Changes) -> None:
        """Take what changed in the store."""
        # What comes after midnight comes to feeds of the new day: who knows its id has been told of that day.
        self.move_on()
        self.id = changes.id
        self._kept.add(self._now_us(), changes)
        team_of = self._directory.team_of
        for key, record in changes.kpis:
            bucket, _, dims_text = key.rpartition("|")
            for feed in self._interest.of(bucket, dims_text):
                feed.put(key, dims_text, record, team_of)
                self._changed.add(feed)
        for id, record in changes.alerts:
            for feed in self._alert_feeds:
                feed.put_alert(id, record, team_of)
                self._changed.add(feed)

    def flush(self) -> None:
        """Send on what was collected."""
        changed, self._changed = self._changed, set()
        for feed in changed:
            for message in feed.flush(self.id):
                self._offer(feed, message)

    def status(self, state: State, document: Mapping[str, object]) -> None:
        """Tell everybody how far values can be believed; look after clients that take nothing."""
        self.state = state
        self._status = sse.status(document)
        now_s = monotonic_s()
        for feed in self.feeds.values():
            for client in feed.clients:
                client.status(self._status)
                client.tick(now_s)
            self.sent_messages += len(feed.clients)

    def move_on(self) -> None:
        """Give feeds a snapshot of the period that runs, when theirs is over or, by a clock set back, to come."""
        now_us = self._now_us()
        if self._moves_us is None or self._begun_us <= now_us < self._moves_us:
            return
        if now_us < self._begun_us:
            self._kept.clear()  # who comes back was told of periods to come
        for feed in [one for one in self.feeds.values() if not one.runs_at(now_us)]:
            self._interest.remove(feed)
            self._place(feed)
            self.reset(feed)
        self._moves_us = earliest(one.until_us for one in self.feeds.values())
        self._begun_us = max((one.from_us or 0 for one in self.feeds.values()), default=0)

    def reset(self, feed: Feed) -> None:
        """Give all clients of a feed a new snapshot."""
        feed.forget()
        for client in feed.clients:
            client.hold()
        self.wants_snapshot(feed)

    def reset_all(self) -> None:
        """Something may have been missed: everybody gets a new snapshot."""
        self._kept.clear()
        for feed in self.feeds.values():
            self.reset(feed)

    def regroup(self) -> None:
        """Decide anew who sees what where the directory is another one than before."""
        if self._directory.team_of is self._team_of:
            return
        self._team_of = self._directory.team_of
        self._regrouped_us = self._now_us() + 1
        for feed in self.feeds.values():
            if not feed.question.viewer.sees_all:
                self.reset(feed)

    def close(self) -> None:
        """Say good-bye to everybody."""
        self.stopping = True
        for feed in self.feeds.values():
            for client in feed.clients:
                client.end("stopping")

    def _check_room(self, counted_as: str) -> None:
        if self.stopping:
            raise ProblemError(ProblemType.STOPPING, "the server is stopping; come back in a moment")
        full = self.clients >= self.limits.streams_max
        if full or self._of_name[counted_as] >= self.limits.streams_per_token_max:
            whose = "of this server" if full else f"of {counted_as}"
            raise ProblemError(
                ProblemType.TOO_MANY_STREAMS,
                f"all streams {whose} are taken",
                headers={"Retry-After": "10"},
            )

    def _place(self, feed: Feed) -> None:
        """Find out where a feed's records are, and want them."""
        feed.resolve(self.selecting, self._now_us())
        self._interest.add(feed)
        if feed.question.alerts:
            self._alert_feeds.add(feed)
        self._moves_us = earliest((self._moves_us, feed.until_us))
        self._begun_us = max(self._begun_us, feed.from_us or 0)

    def _goes_on(self, feed: Feed, client: Client, last_id: str | None) -> bool:
        """Give a client that comes back what it missed, where that is known; tell whether it is."""
        question = feed.question
        # Which alerts a restricted viewer was told of is not known any more.
        if last_id is None or self.id is None or (question.alerts and not question.viewer.sees_all):
            return False
        from_us = feed.from_us or 0
        if not question.viewer.sees_all:
            from_us = max(from_us, self._regrouped_us)
        batches = self._kept.after(last_id, from_us)
        if batches is None:
            return False
        kpis = [change for batch in batches for change in batch.kpis]
        alerts = [change for batch in batches for change in batch.alerts]
        messages = feed.missed(kpis, alerts, self.id, self._directory.team_of)
        if sum(map(len, messages)) > self.limits.queue_bytes_max:
            return False  # a snapshot has room, and is shared
        for message in messages:
            client.offer(message)
        return True

    def _offer(self, feed: Feed, message: bytes) -> None:
        for client in feed.clients:
            client.offer(message)
        self.sent_messages += len(feed.clients)
