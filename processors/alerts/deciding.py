"""Deciding on alerts: what both stages have that make them, whatever their rules are about.

Records decide as they are read. The clock decides too, but not while records wait that may say something else
(`clock_hold`), and what it decided is told when it is durable (`telling`). Before the first of either, it is
seen what a change of the rules means for the alerts that there are.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from processors.alerts.clock_hold import ClockHold
from processors.alerts.clock_set_back import SetBack
from processors.alerts.telling import Label, Telling
from processors.partition import OneTick, Send
from schemas.alert import AlertState, Reason


class Steps(Protocol):
    """All that alerts are made of in one partition, as far as the clock is concerned."""

    @property
    def telling(self) -> Telling[Any]:
        """What is told, and counts of it."""
        ...

    def tell(self, sends: list[Send]) -> None:
        """Tell what the clock decided and a checkpoint has kept, at most a slice."""
        ...

    def move_clock(self, now_us: int, sends: list[Send]) -> None:
        """Take the steps that are due by the clock, at most a slice."""
        ...


class Deciding(OneTick):
    """One partition of a stage that makes alerts.

    `durable` is False where nothing is ever restored (replay, declared tests): then the clock's decisions are told at
    once, and it waits for nothing.
    """

    def __init__(self, steps: Steps, hold: ClockHold, durable: bool):
        self._steps = steps
        self._hold = hold
        self._durable = durable
        self._begun = False
        self._set_back = SetBack()
        self.clock_ahead_us = 0
        """How far this machine's clock is ahead of that of who writes what is read."""

    @property
    @abstractmethod
    def cut(self) -> int:
        """The source offset up to which the state is true; -1 when nothing was processed."""
        ...

    @abstractmethod
    def _change_rules(self, now_us: int, sends: list[Send]) -> None:
        """Take the steps that follow from rules, a calendar or a time that are not those of which the state is.

        What was noted by a clock that was ahead counts as of now.
        """
        ...

    def wait_for(self, last_offset: int) -> None:
        """The log has records up to that offset: the clock decides nothing before they are read."""
        self._hold.wait_for(last_offset)

    def _begin(self, now_us: int, sends: list[Send]) -> None:
        """To be called before anything is decided."""
        if self._begun:
            return
        self._begun = True
        if self._durable:
            self._hold.begin(now_us)
        self._change_rules(now_us, sends)

    def tick(self, now_us: int) -> list[Send]:
        """Take the steps that the clock made due, and tell those that are durable: at most a slice."""
        sends: list[Send] = []
        self._begin(now_us, sends)
        if self._set_back.by_us(now_us):
            self._change_rules(now_us, sends)
        self._steps.tell(sends)
        if not self._hold.lasts(self.cut, now_us):
            self._steps.move_clock(now_us, sends)
        return sends

    @property
    def alerts(self) -> Mapping[Label, int]:
        """How many alerts there are now by rule, severity and state."""
        return self._steps.telling.alerts

    @property
    def transitions(self) -> Mapping[tuple[AlertState | None, Reason], int]:
        """How many steps were taken since the start, by state entered (None: withdrawn) and reason."""
        return self._steps.telling.transitions
