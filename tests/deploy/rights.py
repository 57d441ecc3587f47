"""The table of Kafka rights in docs/operations.md, read, and a Kafka that holds everybody to it."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka.protocol.admin import CreateAclsRequest, CreateAclsRequest_v1, DescribeAclsRequest

from streams.clock import monotonic_s
from streams.kafka.administering import administering
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from tests.deploy.files import ROOT
from tests.services.kafka import ApacheKafka

HEADING = ("user", "reads", "writes", "groups", "more")
PREFIXES = ("crm.*", "crm-pulse*")
"""Those of topics, as configured by default."""
ADMIN = "admin"

ANY, TOPIC, GROUP = 1, 2, 3
LITERAL, PREFIXED = 3, 4
OPERATIONS = {
    "Read": 3, "Write": 4, "Create": 5, "Delete": 6, "Describe": 8, "DescribeConfigs": 10,
}  # fmt: skip
ALLOW = 3
WAIT_S = 20.0


class Right(NamedTuple):
    """One thing that a user may do."""

    user: str
    kind: int
    name: str
    pattern: int
    operation: int


def rights() -> set[Right]:
    """Return what the table says. Raises ValueError for what it can't be read as."""
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    _, found, after = text.partition(f"| {' | '.join(HEADING)} |\n")
    assert found, "docs/operations.md has no table of rights"
    said: set[Right] = set()
    for line in after.splitlines()[1:]:
        if not line.startswith("|"):
            break
        users, reads, writes, groups, more = (cell.strip() for cell in line.strip("|").split("|"))
        for user in users.split(", "):
            said |= {_right(user, TOPIC, name, "Read") for name in _names(reads)}
            said |= {_right(user, TOPIC, name, "Write") for name in _names(writes)}
            said |= {*_phrase(user, GROUP, groups, "Read"), *_phrase(user, TOPIC, more)}
    return said


def _phrase(user: str, kind: int, text: str, operation: str | None = None) -> Iterator[Right]:
    """Read `name`, or Describe and Create on `name` and `name`, or … on both prefixes."""
    if not text:
        return
    words = [word for word in re.findall(r"\b[A-Z][A-Za-z]+\b", text) if word in OPERATIONS]
    names = PREFIXES if "both prefixes" in text else _names(text)
    if not names or not (words or operation):
        raise ValueError(f"{user}: what is {text!r}?")
    for name in names:
        for word in words or [operation]:
            assert word is not None
            yield _right(user, kind, name, word)


def _right(user: str, kind: int, name: str, operation: str) -> Right:
    pattern = PREFIXED if name.endswith("*") else LITERAL
    return Right(user, kind, name.removesuffix("*"), pattern, OPERATIONS[operation])


def _names(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


class _Creations(CreateAclsRequest):  # type: ignore[misc]
    """As many as there are: aiokafka's own asks for one."""

    _CLASSES = (CreateAclsRequest_v1,)

    def __init__(self, entries: list[tuple[Any, ...]]) -> None:
        self._entries = entries

    def build(self, _kind: type) -> CreateAclsRequest_v1:
        return CreateAclsRequest_v1(self._entries)


class GuardedKafka(ApacheKafka):
    """A broker that wants a login, the password being the name, and lets nobody do what no right says."""

    def __init__(self, directory: Path, users: set[str]) -> None:
        jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        known = " ".join(f'user_{user}="{user}"' for user in (ADMIN, *map(login_of, sorted(users))))
        properties = {
            "sasl.enabled.mechanisms": "PLAIN",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "listener.name.clients.plain.sasl.jaas.config": f'{jaas} username="{ADMIN}" password="{ADMIN}" {known};',
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found": "false",
            # Who comes through the controller's own listener has no name.
            "super.users": f"User:{ADMIN};User:ANONYMOUS",
        }
        super().__init__(directory, properties, protocol="SASL_PLAINTEXT")

    def settings(self, user: str, **more: Any) -> Settings:
        """Return the settings of a process that logs in as this user."""
        name = login_of(user)
        return Settings(
            kafka_bootstrap=self.bootstrap, kafka_security_protocol="SASL_PLAINTEXT",
            kafka_sasl_username=name, kafka_sasl_password=name, partitions=2, **more,
        )  # fmt: skip

    async def allow(self, allowed: set[Right]) -> None:
        """Give these rights; return when the broker knows all of them."""
        entries = [
            (one.kind, one.name, one.pattern, f"User:{login_of(one.user)}", "*", one.operation, ALLOW)
            for one in allowed
        ]
        deadline_s = monotonic_s() + WAIT_S
        async with administering(client_options(self.settings(ADMIN))) as admin:
            answer = await admin._send_to_controller(_Creations(entries))
            assert not any(code for code, _ in answer.creation_responses), answer
            while True:
                everything = DescribeAclsRequest(ANY, None, ANY, None, None, ANY, ANY)
                known = (await admin._send_request(everything)).resources
                if len(entries) == sum(len(acls) for *_, acls in known):
                    return
                assert monotonic_s() < deadline_s, known
                await asyncio.sleep(0.05)


def login_of(user: str) -> str:
    """Return the name that a user of the table logs in with."""
    return re.sub(r"\W+", "-", user)
