"""Leaving: a process that has much in memory ends at once, and not object by object.

To free some gigabytes of dicts takes longer than the ten seconds that supervisors wait; nothing else runs meanwhile.
"""

import os
import sys
from contextlib import suppress
from typing import Final, NoReturn


class Leaving:
    """What goes with the process. In a process that is somebody else's, such as a test's, nothing is held."""

    def __init__(self) -> None:
        self.is_ours = False
        """Whether the process ends with the command."""
        self._held: list[object] = []

    def hold(self, state: object) -> None:
        """Keep what it takes long to free until the process is gone."""
        if self.is_ours:
            self._held.append(state)

    def leave(self, status: int) -> NoReturn:
        """End the process. All files but the standard streams are closed by whoever opened them."""
        if not self._held:
            sys.exit(status)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # who asked for the status was told before if this fails
                stream.flush()
        os._exit(status)


LEAVING: Final = Leaving()
