"""The model's process from the other side: what it may say, and what is made of that."""

import os
import sys
import threading
from typing import Any

import msgspec
import pytest

from processors.predicting.prediction import FitError
from processors.predicting.purchases import State
from streams.predict.child import ChildModel, ModelStoppedError

STATES = [State("a", 2, 10, 20, 5.0), State("b", 0, 0, 20, 0.0)]


def child(program: str, **options: Any) -> ChildModel:
    """Return a model whose process is this program."""
    return ChildModel([sys.executable, "-c", program], **options)


def saying(answer: Any) -> ChildModel:
    """Return a model that says this, whatever it is asked."""
    return child(f"import sys; sys.stdin.read(); sys.stdout.write({msgspec.json.encode(answer).decode()!r})")


def test_what_it_is_asked_and_says() -> None:
    """Columns go in, columns come out."""
    program = (
        "import json, sys; task = json.load(sys.stdin); "
        "json.dump({'parameters': {'r': task['days']}, 'purchases': task['age_d'], 'spend': task['value']}, sys.stdout)"
    )
    forecast = child(program)(STATES, 30)
    assert forecast == ({"r": 30.0}, [20.0, 20.0], [5.0, 0.0])
    assert forecast.values == [100.0, 0.0]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (child("import sys; sys.exit('no convergence')"), "status 1: no convergence"),
        (child("import sys; sys.stdin.read()"), "can't be read"),
        (saying({"parameters": {}, "purchases": [1.0, None], "spend": [1.0, 1.0]}), "can't be read"),
        (saying({"parameters": {}, "purchases": [1.0], "spend": [1.0, 1.0]}), "other accounts"),
        (saying({"parameters": {}, "purchases": [1.0, -1.0], "spend": [1.0, 1.0]}), "what can't be"),
        (child("import sys, threading; threading.Event().wait()", timeout_s=0.2), "no end within"),
    ],
)
def test_failures_are_told(model: ChildModel, message: str) -> None:
    """Whatever it is, the reason is in the error."""
    with pytest.raises(FitError, match=message):
        model(STATES, 30)


def test_it_can_be_stopped() -> None:
    """A fit under way ends at once, and there is no other."""
    model = child("import threading; threading.Event().wait()")
    threading.Timer(0.3, model.stop).start()
    with pytest.raises(ModelStoppedError):
        model(STATES, 30)
    with pytest.raises(ModelStoppedError):
        model(STATES, 30)


def test_a_model_that_is_told_to_end_is_no_failed_fit() -> None:
    """A supervisor may stop every process of the service at once: that the model went first is told to nobody."""
    with pytest.raises(ModelStoppedError):
        child("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")(STATES, 30)
    with pytest.raises(FitError, match="status -9"):
        child("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")(STATES, 30)


def test_ctrl_c_is_not_for_the_model() -> None:
    """A terminal sends it to all processes of a group, and the library takes it for the end of its search."""
    program = (
        "import json, os, sys; sys.stdin.read(); "
        "json.dump({'parameters': {'group': os.getpgrp()}, 'purchases': [1, 1], 'spend': [1, 1]}, sys.stdout)"
    )
    assert child(program)(STATES, 30).parameters["group"] != os.getpgrp()
