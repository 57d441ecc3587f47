"""The kinds of values that settings take; each says what is wrong with a value it refuses."""

import os
import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_settings import NoDecode

StageName = Literal["directory", "track", "rollup", "judge", "overdue"]
STAGES: tuple[StageName, ...] = ("directory", "track", "rollup", "judge", "overdue")

#: What Kafka allows in topic, group and member names.
KAFKA_NAME = r"^[A-Za-z0-9._-]+$"


#: What a Redis URL may ask for: who connects, to what, and how. What answers are made of and how long one waits for
#: them is for who reads them: with `decode_responses` or a shorter time-out nothing could be read.
REDIS_OPTIONS: Final = frozenset(
    {"client_name", "db", "health_check_interval", "password", "protocol", "socket_keepalive", "username"}
)
REDIS_TLS: Final = "ssl_"
_DATABASE: Final = re.compile(r"/?[0-9]*/?")


def _split(value: object) -> object:
    """A list may be written with commas."""
    if isinstance(value, str):
        return [part for part in (piece.strip() for piece in value.split(",")) if part]
    return value


def _servers(value: str) -> str:
    servers = _split(value)
    assert isinstance(servers, list)
    for server in servers:
        host, colon, port = server.rpartition(":")
        if not (
            host
            and "/" not in host
            and colon
            and port.isascii()
            and port.isdigit()
            and 0 < int(port) < 65_536
        ):
            raise ValueError(f"{server!r} is not host:port")
    if not servers:
        raise ValueError("no server")
    return ",".join(servers)


def _redis_url(value: SecretStr) -> SecretStr:
    from redis.asyncio import ConnectionPool  # half a second that those can spare who set no URL

    url = value.get_secret_value()
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("not a Redis URL")
    try:
        _check_redis_options(url)
        pool: Any = ConnectionPool.from_url(url)
        pool.make_connection()  # it is not opened yet
    except Exception:  # of many kinds, and their texts may have the password in them
        options = ", ".join(sorted(REDIS_OPTIONS))
        raise ValueError(
            f"a Redis URL with an address or an option that can't be used (there are {options} and {REDIS_TLS}…)"
        ) from None
    return value


def _check_redis_options(url: str) -> None:
    """Raise ValueError for what the client would take and then could not be used with, or would pass over."""
    parts = urlsplit(url)
    if parts.scheme != "unix" and not _DATABASE.fullmatch(parts.path):
        raise ValueError("no database's number")
    for name in parse_qs(parts.query, keep_blank_values=True):
        if name not in REDIS_OPTIONS and not name.startswith(REDIS_TLS):
            raise ValueError("an option of the reader's")


def _existing_file(value: Path) -> Path:
    if not os.path.isfile(value):  # Path.is_file raises where a name is too long
        raise ValueError("no such file")
    if not os.access(value, os.R_OK):
        raise ValueError("the file can't be read")
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


InputFile = Annotated[Path, AfterValidator(_existing_file)]
Servers = Annotated[str, AfterValidator(_servers)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Protocol = Annotated[Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], BeforeValidator(_upper)]
Mechanism = Annotated[Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], BeforeValidator(_upper)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)]
LogFormat = Annotated[Literal["auto", "json", "console"], BeforeValidator(_lower)]
Stages = Annotated[tuple[StageName, ...], NoDecode, BeforeValidator(_split), Field(min_length=1)]
Prefix = Annotated[str, StringConstraints(pattern=KAFKA_NAME.replace("+", "*"), max_length=100)]
Name = Annotated[str, StringConstraints(pattern=KAFKA_NAME, max_length=100)]
Finite = partial(Field, allow_inf_nan=False)
