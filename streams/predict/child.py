"""The model's process, from here: started for a fit, ended with it or when the predictor stops."""

import math
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

import msgspec

from processors.predicting.prediction import FitError, Forecast
from processors.predicting.purchases import State
from streams.predict.model import Answer, Task

COMMAND: Final = (sys.executable, "-m", "streams.predict.model")
#: A fit of 5,000 accounts takes 10 s; what takes that long has lost its way.
TIMEOUT_S: Final = 1_800.0
#: Of what the process said last, so much is in the error.
SAID_MAX: Final = 400


def is_installed() -> bool:
    """Say whether the library is there."""
    return find_spec("pymc_marketing") is not None


class ModelStoppedError(RuntimeError):
    """There is no answer because none is wanted any more: not a failed fit, which would be told to everyone."""


class ChildModel:
    """A `Model` that lives in a child. One fit at a time; called in a thread."""

    def __init__(self, command: Sequence[str] = COMMAND, timeout_s: float = TIMEOUT_S) -> None:
        self._command = command
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def __call__(self, states: Sequence[State], days: int) -> Forecast:
        """Fit, and forecast so many days.

        Raises:
            FitError: the process failed, or did not come to an end, or what it says is no number.
            ModelStoppedError: `stop` was called, or the process was told to end; nothing is known of what a fit would
                have said.
        """
        task = Task(
            [state.frequency for state in states],
            [state.recency_d for state in states],
            [state.age_d for state in states],
            [state.value for state in states],
            days,
        )
        if self._stopped:
            raise ModelStoppedError
        # In a group of its own: Ctrl-C is for this process, which ends the model's.
        with subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        ) as process:
            self._process = process
            if self._stopped:
                process.kill()
            try:
                out, said = process.communicate(msgspec.json.encode(task), self._timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
                raise FitError(f"no end within {self._timeout_s:g} s") from None
            finally:
                self._process = None
        # A supervisor that stops all processes of a service may reach the model's first.
        if self._stopped or process.returncode == -signal.SIGTERM:
            raise ModelStoppedError("the model's process was told to end")
        if process.returncode:
            last = said.decode(errors="replace").strip()[-SAID_MAX:]
            raise FitError(f"the model's process ended with status {process.returncode}: {last}")
        return _checked(out, len(states))

    def stop(self) -> None:
        """End a fit that is under way; there will be no other. From any thread."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()


def _checked(out: bytes, accounts: int) -> Forecast:
    """Return what the process said; a NaN is null in JSON, so the decoder refuses it."""
    try:
        answer = msgspec.json.decode(out, type=Answer)
    except msgspec.DecodeError as error:
        raise FitError(f"the model's answer can't be read: {error}") from None
    if not len(answer.purchases) == len(answer.spend) == accounts:
        raise FitError("the model's answer is about other accounts")
    if not all(math.isfinite(one) and one >= 0 for one in (*answer.purchases, *answer.spend)):
        raise FitError("the model expects what can't be")
    return Forecast(answer.parameters, answer.purchases, answer.spend)
