"""Leaving: a process that has much in memory, or was told to stop, ends at once, and not object by object.

To free some gigabytes of dicts takes longer than the ten seconds that supervisors wait; nothing else runs meanwhile.
"""

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NoReturn


class Leaving:
    """What goes with the process. In a process that is somebody else's, such as a test's, nothing is held."""

    def __init__(self) -> None:
        self.is_ours = False
        """Whether the process ends with the command."""
        self._held: list[object] = []
        self._is_deaf = False

    def hold(self, state: object) -> None:
        """Keep what it takes long to free until the process is gone."""
        if self.is_ours:
            self._held.append(state)

    def deafen(self, numbers: Iterable[signal.Signals]) -> bool:
        """Hear these signals no more; tell whether that is so. For a process that was told to stop, and has.

        A second signal would end it by that signal while Python tidies up, and nobody could tell that all went well.
        """
        if self.is_ours:
            for number in numbers:
                signal.signal(number, signal.SIG_IGN)
            self._is_deaf = True
        return self.is_ours

    def leave(self, status: int) -> NoReturn:
        """End the process. All files but the standard streams are closed by whoever opened them.

        Who hears no signals must not hang at the end either.
        """
        if not (self._held or self._is_deaf):
            sys.exit(status)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # who asked for the status was told before if this fails
                stream.flush()
        os._exit(status)


LEAVING: Final = Leaving()
