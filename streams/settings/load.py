"""Reading the settings at the start: every fault is found and said at once, and no secret with it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from schemas.files.fault import Faults, nearest
from streams.settings.contradictions import contradictions
from streams.settings.file import read_file
from streams.settings.model import FILE_VARIABLE, PREFIX, Settings
from streams.settings.names import expected, is_secret, variable

#: Variables of the project that are no settings; secrets are named by the receivers that need them.
OTHER_PREFIXES = (f"{PREFIX}TEST_", f"{PREFIX}BENCH_", f"{PREFIX}SECRET_")

GIVEN_LENGTH_MAX = 100


class SettingsError(ValueError):
    """The configuration can't be used; `faults` has a sentence for everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count} in the configuration:\n" + "\n".join(f"  {fault}" for fault in faults))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings from the environment and the file that CRM_PULSE_CONFIG names.

    An environment variable beats the file, the file beats the default. An empty variable is not set.

    Raises:
        SettingsError: with every fault: unknown names, unusable values, contradictions.
    """
    environ = os.environ if environ is None else environ
    faults = list(_unknown_variables(environ))
    path = _file_of(environ)
    file: dict[str, Any] = {}
    try:
        file = read_file(Path(path)) if path else {}
    except Faults as found:
        faults += [f"{FILE_VARIABLE}: {fault}" for fault in found.faults]
    faults += [_unknown(f"{key} in {path}", key, list(Settings.model_fields))
               for key in file if key not in Settings.model_fields]  # fmt: skip
    file = {key: value for key, value in file.items() if key in Settings.model_fields}
    given = _from_environment(environ)
    values = file | given

    def place(name: str) -> str:
        return variable(name) if name in given else f"{name} in {path}"

    settings, bad = _validate(values)
    faults += [f"{place(name)}{_given(name, values[name])}: {why}" for name, why in bad.items()]
    faults += [text for names, text in contradictions(settings) if not bad.keys() & names]
    if faults:
        raise SettingsError(faults)
    return settings


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    source = EnvSettingsSource(Settings)
    source.env_vars = {key.lower(): value for key, value in environ.items() if value}
    return source()


def _file_of(environ: Mapping[str, str]) -> str | None:
    """Return the configuration file that is named, in a variable of either case, as all may be."""
    named = (value for key, value in environ.items() if key.upper() == FILE_VARIABLE)
    return next(filter(None, named), None)


def _validate(values: dict[str, Any]) -> tuple[Settings, dict[str, str]]:
    """Return the settings, with defaults in the place of what is unusable, and what is unusable and why."""
    try:
        return Settings(**values), {}
    except ValidationError as error:
        bad = {}
        for fault in error.errors(include_url=False):
            name = str(fault["loc"][0])
            why = f"{fault['ctx']['error']}; " if fault["type"] == "value_error" else ""
            bad[name] = f"{why}expected {expected(name)}"
    return Settings(**{name: value for name, value in values.items() if name not in bad}), bad


def _given(name: str, value: object) -> str:
    if is_secret(name):
        return ""
    text = repr(value)
    return f" = {text if len(text) <= GIVEN_LENGTH_MAX else text[:GIVEN_LENGTH_MAX] + '…'}"


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    known = [variable(name) for name in Settings.model_fields] + [FILE_VARIABLE]
    for key in sorted(environ):
        name = key.upper()
        if name.startswith(PREFIX) and name not in known and not name.startswith(OTHER_PREFIXES):
            yield _unknown(key, name, known)


def _unknown(place: str, name: str, known: list[str]) -> str:
    # What all have in front brings nothing nearer.
    near = nearest(name.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known])
    if near is None:
        return f"{place}: no such setting; docs/configuration.md has them all"
    meant = f"{PREFIX}{near}" if name.startswith(PREFIX) else near
    return f"{place}: no such setting; the nearest is {meant}"
