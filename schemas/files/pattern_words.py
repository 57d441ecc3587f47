"""What a text of a pattern is, for people: a regular expression means little to who writes a catalog."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NAME: Final = "a name of small letters, digits{} that begins with a letter, {} characters at most"

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "^[A-Z]{3}$": "a currency's three letters, such as EUR",
        "^[a-z][a-z0-9_]{0,59}$": _NAME.format(" and _", 60),
        "^[a-z][a-z0-9_-]{0,59}$": _NAME.format(", _ and -", 60),
        "^[a-z][a-z0-9-]{0,39}$": _NAME.format(" and -", 40),
        "^([1-9]|1[0-2])x[1-6]$": "columns × rows, such as 6x3, 12x6 at most",
        "^[a-z_]+$": "a dimension, such as rep or channel",
        "^https?://": "an address that begins with https:// or http://",
        "^([01][0-9]|2[0-3]):[0-5][0-9]$": "a time of day, such as 08:30",
        r"^[0-9]+(\.[0-9]+)? ?%$": "a percentage, such as 20%",
        r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$": (
            "a name of letters, digits and . _ @ - that begins with a letter or digit, 100 characters at most"
        ),
        "^[0-9a-f]{64}$": "64 hexadecimal digits, as `crm-pulse token` gives them",
    }
)


def pattern_words(pattern: str) -> str | None:
    """Return what is expected of a text with this pattern; None for one that nobody has put into words."""
    return WORDS.get(pattern)
