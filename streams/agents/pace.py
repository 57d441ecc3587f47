"""Pace: how often ticks come, and how long one rests between its slices, by what they cost and what else there is."""

from streams.status import Backlog

#: A worker is behind when what waits takes so long to work off, and has caught up at the other.
BEHIND_S = 3.0
CAUGHT_UP_S = 0.3
#: While behind, values are out of date when they are published, and soon again: so making them takes this share of the
#: time, and the backlog is worked off sooner.
BEHIND_SHARE = 0.1
#: While behind, all that is due is told so seldom, and else only what the backlog does not change again.
EVERYTHING_S = 60.0
#: The shortest pause between two ticks while another process is behind, and how long one is beside what the tick took:
#: what has settled by the end of a history need not be told then.
UPSTREAM_PAUSE_S = 0.3
UPSTREAM_PAUSE = 0.5
#: A slice that brings a month into the panes takes longer than others, and is work that must be done.
REST_MAX_S = 1.0
#: A live tick rests after each slice for so many times what it took at most, so that chunks have a quarter of the time,
LIVE_REST = 0.35
#: and at least, so that whatever else is ready has a turn.
LIVE_REST_LEAST = 0.03
#: In between, so many times as long as what waits takes: some of it has not been fetched yet.
LIVE_REST_PER_WAITING = 2.0
#: After each slice a whole tick rests for so many times what the slice took, or the last live tick if that took less.
REST = 4.0
#: …and so while live records can't be told as often as they change: one event more or less is little to a long window.
PRESSED_REST = 9.0


class Pace:
    """How long to pause."""

    def __init__(self, shortest_s: float, longest_s: float) -> None:
        self.shortest_s = shortest_s
        self._longest_s = longest_s
        self._live_s: dict[str, float] = {}
        """By stage: how long its last live tick took, with as long rests as it may have."""
        self.behind = self._chunks_wait = False
        self._everything_s: float | None = None
        """When all that was due had been told, or there began to be a backlog."""

    def look(self, backlog: Backlog) -> bool:
        """Take how much work waits; return whether the worker is behind."""
        self.behind = backlog.longest_s > (CAUGHT_UP_S if self.behind else BEHIND_S)
        self._chunks_wait = backlog.here_s > CAUGHT_UP_S
        return self.behind

    def settled_only(self, now_s: float) -> bool:
        """Say whether a tick that begins now leaves out what the backlog changes again."""
        if not self.behind:
            return False
        if self._everything_s is None:
            self._everything_s = now_s
        return now_s - self._everything_s < EVERYTHING_S

    def told_everything(self, now_s: float) -> None:
        """Note that all that was due has been told."""
        self._everything_s = now_s

    def live(self, stage: str, tick_s: float) -> float:
        """Return the pause after a stage's live tick that took `tick_s` beside its rests.

        They begin at the shortest interval.
        """
        took_s = self._live_s[stage] = (1 + LIVE_REST) * tick_s
        return max(self.shortest_s - took_s, 0.0)

    @property
    def interval_s(self) -> float:
        """How far apart a key that changes all the time is told in live ticks."""
        return max([self.shortest_s, *self._live_s.values()])

    def rest_live(self, backlog: Backlog, slice_s: float) -> float:
        """Return the rest after a slice of a live tick, acknowledged after `slice_s`, when so much work waits."""
        for_chunks_s = max(LIVE_REST_PER_WAITING * backlog.here_s, LIVE_REST_LEAST * slice_s)
        return min(LIVE_REST * slice_s, for_chunks_s)

    def rest(self, made_s: float, slice_s: float) -> float:
        """Return the rest after a slice of a whole tick, which was made in `made_s` and acknowledged after `slice_s`.

        While behind it is for chunks, which had their turns while the slice waited for the broker too; none where it is
        another process that is behind. Else it is for live ticks, as far as they need it: where these take no time, as
        at night, there is none; where they have not enough, it is longer.
        """
        if self.behind:
            return min(max(made_s / BEHIND_SHARE - slice_s, 0.0), REST_MAX_S) if self._chunks_wait else 0.0
        times = PRESSED_REST if self.interval_s > self.shortest_s else REST
        return times * min(slice_s, max(self._live_s.values(), default=0.0))

    def whole(self, backlog: Backlog, tick_s: float = 0.0) -> float:
        """Return the pause after a whole tick that took `tick_s` without its rests, when so much work waits.

        Where another process is behind, the time is there.
        """
        # The end of a backlog is published at once too.
        if not self.look(backlog):
            return self.shortest_s
        if self._chunks_wait:
            return self._longest_s
        return min(self._longest_s, max(self.shortest_s, UPSTREAM_PAUSE_S, UPSTREAM_PAUSE * tick_s))
