"""Is a host this machine alone? So are addresses that nobody else can reach, and the one name that always is."""

import ipaddress
import re
from typing import Final

_WITH_PORT: Final = re.compile(r"(\[[^\[\]]+\]|[^\[\]:]+)(?::[0-9]*)?")
"""The header `Host`: version 6 stands in brackets there."""


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def asks_loopback(header: str) -> bool:
    """Tell whether a request's `Host` is such an address, with a port or without."""
    match = _WITH_PORT.fullmatch(header)
    return match is not None and is_loopback(match[1].strip("[]"))
