"""A period as a file names it, where a year may be written as the number that YAML takes it for."""

from typing import Annotated

from pydantic import BeforeValidator


def _year_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Period = Annotated[str | None, BeforeValidator(_year_as_text)]
